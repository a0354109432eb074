// SPDX-License-Identifier: LGPL-3.0-or-later

internal import PDU
public import Security
internal import Wire

/// What a connection has agreed on with its peer about protection: one auth_context_id ([MS-RPCE] 3.3.1.5.2).
public final class SecurityContext {
    enum State {
        case exchanging
        case established
        /// Nothing can be done with it any more, whatever comes.
        case failed
    }

    public let mechanism: any SecurityMechanism
    public let level: ProtectionLevel
    public let contextID: UInt32
    /// Whether signatures cover PDU headers: both sides have said PFC_SUPPORT_HEADER_SIGN in the bind.
    public internal(set) var signsHeaders = false
    /// Whether a client proposes that.
    public var offersHeaderSigning = true
    var state = State.exchanging
    /// It failed because the mechanism did not take the client's last token.
    var logonRefused = false
    /// The same where a client cannot see it otherwise.
    var hasRefusedLogon: Bool { logonRefused && level.protectsMessages }
    /// Tokens of the peer's after the first.
    var tokens = 0
    /// A message of the peer's was accepted, so the peer has accepted this side.
    var hasVerified = false
    /// The server has answered the client's last token.
    var isConfirmed = false
    /// The presentation contexts for which one was: what the peer has confirmed needs no verification trailer.
    var verifiedContexts: [UInt16] = []

    public init(_ mechanism: any SecurityMechanism, level: ProtectionLevel, contextID: UInt32) {
        self.mechanism = mechanism
        self.level = level
        self.contextID = contextID
    }

    public var isEstablished: Bool { state == .established }

    /// Lets the mechanism take the peer's token: what `completeAuthentication` wants to know.
    public func step(_ token: [UInt8]) -> Result<SecurityStep, SecurityError> {
        token.withUnsafeBytes { bytes in
            do throws(SecurityError) { return .success(try mechanism.step(bytes)) } catch { return .failure(error) }
        }
    }

    /// What each fragment has behind its stub data and padding.
    var overhead: Int { AuthTrailer.size + mechanism.signatureSize }

    /// Whether a trailer is this context's; a triple that changes on its way is an attack (CVE-2015-5370).
    func owns(_ trailer: AuthTrailer) -> Bool {
        trailer.type == mechanism.authType && trailer.level == level.rawValue && trailer.contextID == contextID
    }

    // MARK: Messages

    /// Signs or seals a whole fragment in place; all but the signature at its end is written.
    func protect(_ pdu: UnsafeMutableRawPointer, length: Int, headerSize: Int) {
        let signature = length - mechanism.signatureSize
        let message = self.message(pdu, headerSize: headerSize, signature: signature)
        if level == .connect {
            (pdu + signature).initializeMemory(as: UInt8.self, repeating: 0, count: mechanism.signatureSize)
        } else if level == .privacy {
            mechanism.seal(message, signature: pdu + signature)
        } else {
            mechanism.sign(message, signature: pdu + signature)
        }
    }

    /// Verifies a whole fragment, decrypted in place: where its stub data ends. What the trailer says about itself counts
    /// in first fragments only.
    func unprotect(
        _ pdu: UnsafeRawBufferPointer, _ header: PDUHeader, headerSize: Int, continued: Bool = false
    ) -> Unprotected {
        guard header.authLength > 0 else { return level.protectsMessages ? .missing : .verified(stubEnd: pdu.count) }
        guard let trailer = try? AuthTrailer(pdu, header: header), trailer.stubEnd >= headerSize,
            trailer.valueRange.upperBound == pdu.count
        else { return .malformed }
        guard continued || owns(trailer) else { return .foreign }
        // At this level a signature is allowed and means nothing.
        guard level.protectsMessages else { return .verified(stubEnd: trailer.stubEnd) }
        let signature = UnsafeRawBufferPointer(rebasing: pdu[trailer.valueRange])
        // The bytes are the connection's own input buffer.
        guard mechanism.accepts(signatureSize: signature.count),
            let base = UnsafeMutableRawPointer(mutating: pdu.baseAddress)
        else { return .tampered }
        let message = self.message(base, headerSize: headerSize, signature: trailer.valueRange.lowerBound)
        let genuine =
            level == .privacy
            ? mechanism.unseal(message, signature: signature) : mechanism.verify(message, signature: signature)
        return genuine ? .verified(stubEnd: trailer.stubEnd) : .tampered
    }

    private func message(_ pdu: UnsafeMutableRawPointer, headerSize: Int, signature: Int) -> ProtectedMessage {
        let content = headerSize..<(signature - AuthTrailer.size)
        let wide = signsHeaders || mechanism.coversHeaders
        return ProtectedMessage(base: pdu, signed: wide ? 0..<signature : content, sealed: content)
    }
}

/// What a fragment turned out to be.
enum Unprotected {
    case verified(stubEnd: Int)
    /// It has no trailer where one must be.
    case missing
    case malformed
    /// Another security context's.
    case foreign
    case tampered
}

/// A message in its fragments, of which those from `next` on are still to be signed or sealed.
struct UnprotectedFragments {
    var next: Int
    var end: Int
    /// From one fragment to the next; the last may be shorter.
    let distance: Int
    let headerSize: Int
    let count: Int
}

extension ByteWriter {
    /// Appends a token to the PDU that starts at `start` and ends here (bind, its answers, auth3).
    mutating func appendToken(
        _ token: [UInt8], type: UInt8, level: UInt8, contextID: UInt32, at start: Int, bigEndian: Bool
    ) throws(WireError) {
        let body = count
        try align(4, from: start)
        let trailer = AuthTrailer(
            type: type, level: level, padLength: UInt8(truncatingIfNeeded: count - body), contextID: contextID)
        try trailer.write(to: &self, bigEndian: bigEndian)
        try reserve(token.count)
        for byte in token { try append(byte) }
        guard let length = UInt16(exactly: count - start) else { throw .limitExceeded }
        PDUHeader.patchLengths(
            in: &self, at: start, fragmentLength: length, authLength: UInt16(truncatingIfNeeded: token.count),
            bigEndian: bigEndian)
    }

    /// As `seal(from:_:maximumFragment:)`, with room for a signature in each fragment, which `protect` writes. Stub data is
    /// cut at multiples of 16, and the last part is padded to one, as [MS-RPCE] 2.2.2.11 wants.
    mutating func layOut(
        from start: Int, _ header: FragmentHeader, maximumFragment: Int, _ security: SecurityContext
    ) throws(WireError) -> UnprotectedFragments {
        let headerSize = header.size
        let overhead = security.overhead
        let stub = count - start - headerSize
        let payload = max(16, (maximumFragment - headerSize - overhead) & ~15)
        let fragments = max(1, (stub + payload - 1) / payload)
        let last = stub - (fragments - 1) * payload
        let padding = (16 - (last & 15)) & 15
        let added = (fragments - 1) * (headerSize + overhead) + padding + overhead
        try reserve(added)
        count += added
        let distance = headerSize + payload + overhead
        var index = fragments - 1
        while index > 0 {
            let size = index == fragments - 1 ? last : payload
            (base + start + index * distance + headerSize).copyMemory(
                from: base + start + headerSize + index * payload, byteCount: size)
            index -= 1
        }
        for index in 0..<fragments {
            let isLast = index == fragments - 1
            let at = start + index * distance
            let size = isLast ? last : payload
            let pad = isLast ? padding : 0
            let position: UInt8 = (index == 0 ? 1 : 0) | (isLast ? 2 : 0)
            writeHeader(
                header, at: at, flags: header.flags | position, payload: size + pad + overhead,
                authLength: security.mechanism.signatureSize, hint: stub - index * payload)
            writeTrailer(security, at: at + headerSize + size, padding: pad, bigEndian: header.bigEndian)
        }
        return UnprotectedFragments(
            next: start, end: count, distance: distance, headerSize: headerSize, count: fragments)
    }

    /// Protects the next fragments, at most `limit`, in their order, since each has a number.
    func protect(_ fragments: inout UnprotectedFragments, atMost limit: Int, _ security: SecurityContext) {
        var left = limit
        while left > 0, fragments.next < fragments.end {
            let length = min(fragments.distance, fragments.end - fragments.next)
            security.protect(base + fragments.next, length: length, headerSize: fragments.headerSize)
            fragments.next += length
            left -= 1
        }
    }

    private mutating func writeTrailer(_ security: SecurityContext, at offset: Int, padding: Int, bigEndian: Bool) {
        for index in 0..<padding { patch(UInt8(0), at: offset + index) }
        let trailer = offset + padding
        patch(security.mechanism.authType, at: trailer)
        patch(security.level.rawValue, at: trailer + 1)
        patch(UInt8(truncatingIfNeeded: padding), at: trailer + 2)
        patch(UInt8(0), at: trailer + 3)
        patch(security.contextID, at: trailer + 4, bigEndian: bigEndian)
    }
}
