// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CKerberos

/// RPC_C_AUTHN_GSS_KERBEROS.
public enum Kerberos {
    public static var authType: UInt8 { 16 }
    /// What a key may have: aes256 has 32 bytes.
    static var maximumKey: Int { 64 }
    /// Larger signatures are no mechanism's.
    static var maximumSignature: Int { 256 }
}

/// What both sides have in common: a GSS context of MIT krb5 in DCE style ([MS-KILE] 3.4.5.4.1, RFC 4121).
public class KerberosContext: NegotiableMechanism {
    let handle: OpaquePointer
    let level: ProtectionLevel
    private(set) var isFinished = false
    private var hasFailed = false
    /// A client may leave integrity out; what it signs all the same is not believed.
    private var hasIntegrity = false
    private var sessionKey = Secret(count: 0)
    public private(set) var signatureSize = 16

    init(_ handle: OpaquePointer, level: ProtectionLevel) {
        self.handle = handle
        self.level = level
    }

    deinit { ckrb_context_free(handle) }

    /// A client has asked for it.
    var needsIntegrity: Bool { true }

    public var authType: UInt8 { Kerberos.authType }
    public var signsHeaders: Bool { true }
    public var protectsLate: Bool { true }
    public var peer: SecurityPeer? { nil }

    /// Encryption types and implementations differ in what a sealed message has before and behind it.
    public func accepts(signatureSize size: Int) -> Bool { (16...Kerberos.maximumSignature).contains(size) }

    public func step(_ token: UnsafeRawBufferPointer) throws(SecurityError) -> SecurityStep {
        guard !isFinished, !hasFailed else { throw .unexpectedToken }
        hasFailed = true
        var answer: UnsafeMutablePointer<UInt8>?
        var length = 0
        var finished = false
        let code = ckrb_context_step(
            handle, token.bindMemory(to: UInt8.self).baseAddress, token.count, &answer, &length, &finished)
        defer { ckrb_bytes_free(answer) }
        guard code == 0 else { throw KerberosFailure(code: code, text: "").asSecurityError }
        if finished { try finish() }
        hasFailed = false
        return SecurityStep(
            token: answer.map { Array(UnsafeBufferPointer(start: $0, count: length)) }, finished: finished)
    }

    private func finish() throws(SecurityError) {
        hasIntegrity = ckrb_context_has_integrity(handle)
        guard ckrb_context_is_dce(handle), level != .privacy || ckrb_context_has_privacy(handle),
            hasIntegrity || !needsIntegrity
        else { throw .downgraded }
        if level.protectsMessages { signatureSize = ckrb_context_signature(handle, level == .privacy) }
        let key = Secret(count: Kerberos.maximumKey)
        let length = ckrb_context_key(
            handle, key.mutableBytes.bindMemory(to: UInt8.self).baseAddress, Kerberos.maximumKey)
        guard length > 0, (1...Kerberos.maximumSignature).contains(signatureSize) else { throw .logonFailure }
        sessionKey = Secret(UnsafeRawBufferPointer(rebasing: key.bytes[..<length]))
        isFinished = true
    }

    public func withSessionKey(_ body: (UnsafeRawBufferPointer) -> Void) { body(sessionKey.bytes) }

    // MARK: Messages

    public func sign(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        let signed = message.signedBytes
        if !ckrb_sign(handle, signed.baseAddress, signed.count, signature, signatureSize) { spoil(signature) }
    }

    public func verify(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        let signed = message.signedBytes
        return isFinished && hasIntegrity
            && ckrb_verify(handle, signed.baseAddress, signed.count, signature.baseAddress, signature.count)
    }

    public func seal(_ message: ProtectedMessage, signature: UnsafeMutableRawPointer) {
        let sealed = ckrb_seal(
            handle, message.base + message.signed.lowerBound, message.sealed.lowerBound - message.signed.lowerBound,
            message.sealed.count, message.signed.upperBound - message.sealed.upperBound, signature, signatureSize)
        guard !sealed else { return }
        // Nothing in plain text may leave.
        message.sealedBytes.initializeMemory(as: UInt8.self, repeating: 0)
        spoil(signature)
    }

    public func unseal(_ message: ProtectedMessage, signature: UnsafeRawBufferPointer) -> Bool {
        isFinished && hasIntegrity
            && ckrb_unseal(
                handle, message.base + message.signed.lowerBound,
                message.sealed.lowerBound - message.signed.lowerBound, message.sealed.count,
                message.signed.upperBound - message.sealed.upperBound, signature.baseAddress, signature.count)
    }

    /// libkrb5 could not: the peer will refuse the message.
    private func spoil(_ signature: UnsafeMutableRawPointer) {
        signature.initializeMemory(as: UInt8.self, repeating: 0, count: signatureSize)
    }

    // MARK: SPNEGO

    public func listCode(_ list: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: ckrb_context_signature(handle, false))
        let made = list.withUnsafeBytes { list in
            code.withUnsafeMutableBytes { ckrb_sign(handle, list.baseAddress, list.count, $0.baseAddress, $0.count) }
        }
        return made ? code : []
    }

    public func verifies(listCode code: [UInt8], _ list: [UInt8]) -> Bool {
        list.withUnsafeBytes { list in
            code.withUnsafeBytes { ckrb_verify(handle, list.baseAddress, list.count, $0.baseAddress, $0.count) }
        }
    }
}
