// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// The start of each message ([MS-NLMP] 2.2.1): "NTLMSSP" and its type.
private let signature: [UInt8] = Array("NTLMSSP\0".utf8)

/// The version that we show ([MS-NLMP] 2.2.2.10): only its last byte means something, NTLMSSP_REVISION_W2K3.
private let version: [UInt8] = [6, 1, 0, 0, 0, 0, 0, 15]

/// Longer messages are nobody's: names have at most some hundred bytes, a PDU has no room for more either.
private let maximumLength = 0x4000
/// The first one, with two names of OEM characters, which a server keeps for the integrity code.
private let maximumFirstLength = 0x800

extension ByteReader {
    fileprivate static func message(
        _ bytes: UnsafeRawBufferPointer, type: UInt32
    ) throws(SecurityError) -> ByteReader {
        var reader = ByteReader(bytes)
        do throws(WireError) {
            guard bytes.count <= maximumLength, try reader.read(count: 8).elementsEqual(signature),
                try reader.read(UInt32.self) == type
            else { throw WireError.truncated }
        } catch { throw .malformedToken }
        return reader
    }

    /// Length, maximum length and offset of a field; the bytes must lie in the message behind `payload`.
    fileprivate mutating func field(payload: Int) throws(WireError) -> UnsafeRawBufferPointer {
        let length = Int(try read(UInt16.self))
        try skip(2)
        let offset = Int(try read(UInt32.self))
        guard length > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        guard offset >= payload, offset <= count, length <= count - offset else { throw .truncated }
        return UnsafeRawBufferPointer(start: base + offset, count: length)
    }
}

/// Writes the fixed part of a message and collects what its fields point at.
private struct MessageWriter {
    var fixed: [UInt8]
    var payload: [UInt8] = []
    let payloadOffset: Int

    init(type: UInt32, payloadOffset: Int) {
        fixed = signature
        self.payloadOffset = payloadOffset
        appendLE(type, to: &fixed)
    }

    mutating func field(_ value: [UInt8]) {
        let length = UInt16(truncatingIfNeeded: value.count)
        appendLE(length, to: &fixed)
        appendLE(length, to: &fixed)
        appendLE(UInt32(truncatingIfNeeded: payloadOffset + payload.count), to: &fixed)
        payload += value
    }

    var bytes: [UInt8] { fixed + payload }
}

/// NEGOTIATE_MESSAGE ([MS-NLMP] 2.2.1.1). Names are never sent in it.
struct NegotiateMessage: Equatable {
    var flags: NTLMFlags

    init(flags: NTLMFlags) { self.flags = flags }

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        guard bytes.count <= maximumFirstLength else { throw .malformedToken }
        var reader = try ByteReader.message(bytes, type: 1)
        do throws(WireError) { flags = NTLMFlags(rawValue: try reader.read()) } catch { throw .malformedToken }
    }

    var bytes: [UInt8] {
        var writer = MessageWriter(type: 1, payloadOffset: 40)
        appendLE(flags.rawValue, to: &writer.fixed)
        writer.field([])
        writer.field([])
        writer.fixed += version
        return writer.bytes
    }
}

/// CHALLENGE_MESSAGE ([MS-NLMP] 2.2.1.2).
struct ChallengeMessage: Equatable {
    var flags: NTLMFlags
    var challenge: [UInt8]
    var targetName: [UInt8]
    var targetInfo: AVPairs

    init(flags: NTLMFlags, challenge: [UInt8], targetName: [UInt8], targetInfo: AVPairs) {
        self.flags = flags
        self.challenge = challenge
        self.targetName = targetName
        self.targetInfo = targetInfo
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        var reader = try ByteReader.message(bytes, type: 2)
        let info: UnsafeRawBufferPointer
        do throws(WireError) {
            targetName = Array(try reader.field(payload: 48))
            flags = NTLMFlags(rawValue: try reader.read())
            challenge = Array(try reader.read(count: 8))
            try reader.skip(8)
            info = try reader.field(payload: 48)
        } catch { throw .malformedToken }
        targetInfo = info.isEmpty ? AVPairs() : try AVPairs(info)
    }

    var bytes: [UInt8] {
        var writer = MessageWriter(type: 2, payloadOffset: 56)
        writer.field(targetName)
        appendLE(flags.rawValue, to: &writer.fixed)
        writer.fixed += challenge
        writer.fixed += [UInt8](repeating: 0, count: 8)
        writer.field(targetInfo.bytes ?? [])
        writer.fixed += version
        return writer.bytes
    }
}

/// AUTHENTICATE_MESSAGE ([MS-NLMP] 2.2.1.3), always with the place of the integrity code when written here.
struct AuthenticateMessage: Equatable {
    /// Nobody, who has nothing to prove ([MS-NLMP] 3.2.5.1.2).
    var isAnonymous: Bool { user.isEmpty && ntResponse.isEmpty && lmResponse.allSatisfy { $0 == 0 } }

    /// NTLMv1 with extended session security, where the client's challenge is in the place of the other response.
    var isVersion1: Bool { ntResponse.count == NTLMv1.responseSize && lmResponse.count == NTLMv1.responseSize }
    var clientChallenge: [UInt8] { Array(lmResponse.prefix(8)) }

    static let integrityCodeOffset = 72
    static let fixedSize = 88

    var lmResponse: [UInt8] = []
    var ntResponse: [UInt8] = []
    var domain: [UInt8] = []
    var user: [UInt8] = []
    var workstation: [UInt8] = []
    var encryptedSessionKey: [UInt8] = []
    var flags: NTLMFlags

    init(flags: NTLMFlags) { self.flags = flags }

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        var reader = try ByteReader.message(bytes, type: 3)
        do throws(WireError) {
            lmResponse = Array(try reader.field(payload: 64))
            ntResponse = Array(try reader.field(payload: 64))
            domain = Array(try reader.field(payload: 64))
            user = Array(try reader.field(payload: 64))
            workstation = Array(try reader.field(payload: 64))
            encryptedSessionKey = Array(try reader.field(payload: 64))
            flags = NTLMFlags(rawValue: try reader.read())
        } catch { throw .malformedToken }
    }

    var bytes: [UInt8] {
        var writer = MessageWriter(type: 3, payloadOffset: AuthenticateMessage.fixedSize)
        writer.field(lmResponse)
        writer.field(ntResponse)
        writer.field(domain)
        writer.field(user)
        writer.field(workstation)
        writer.field(encryptedSessionKey)
        appendLE(flags.rawValue, to: &writer.fixed)
        writer.fixed += version
        writer.fixed += [UInt8](repeating: 0, count: 16)
        return writer.bytes
    }
}
