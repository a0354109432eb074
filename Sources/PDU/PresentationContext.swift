// SPDX-License-Identifier: LGPL-3.0-or-later

public import Wire

/// p_cont_elem_t: an abstract syntax and the transfer syntaxes offered for it (C706 12.6.3.1).
public struct PresentationContextElement: Equatable, Sendable {
    public var contextID: UInt16
    public var abstractSyntax: SyntaxID
    public var transferSyntaxes: [SyntaxID]

    public init(contextID: UInt16, abstractSyntax: SyntaxID, transferSyntaxes: [SyntaxID]) {
        self.contextID = contextID
        self.abstractSyntax = abstractSyntax
        self.transferSyntaxes = transferSyntaxes
    }

    init(from reader: inout ByteReader) throws(WireError) {
        contextID = try reader.read()
        let count = Int(try reader.read(UInt8.self))
        try reader.skip(1)
        abstractSyntax = try SyntaxID(from: &reader)
        guard reader.remaining >= count * 20 else { throw .truncated }
        transferSyntaxes = []
        transferSyntaxes.reserveCapacity(count)
        for _ in 0..<count { transferSyntaxes.append(try SyntaxID(from: &reader)) }
    }

    func write(to writer: inout ByteWriter, bigEndian: Bool) throws(WireError) {
        guard let count = UInt8(exactly: transferSyntaxes.count) else { throw .limitExceeded }
        try writer.append(contextID, bigEndian: bigEndian)
        try writer.append(count)
        try writer.append(UInt8(0))
        try abstractSyntax.write(to: &writer, bigEndian: bigEndian)
        for syntax in transferSyntaxes { try syntax.write(to: &writer, bigEndian: bigEndian) }
    }
}

/// p_cont_def_result_t, with negotiate_ack of [MS-RPCE] 2.2.2.4.
public enum ContextResult: UInt16, Sendable {
    case acceptance = 0
    case userRejection = 1
    case providerRejection = 2
    case negotiateAck = 3
}

/// p_provider_reason_t. A value and not an enumeration: a peer's unknown reason is still a rejection.
public struct ProviderReason: RawRepresentable, Equatable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    public static var notSpecified: ProviderReason { ProviderReason(rawValue: 0) }
    public static var abstractSyntaxNotSupported: ProviderReason { ProviderReason(rawValue: 1) }
    public static var proposedTransferSyntaxesNotSupported: ProviderReason { ProviderReason(rawValue: 2) }
    public static var localLimitExceeded: ProviderReason { ProviderReason(rawValue: 3) }
}

/// p_result_t: the answer to one presentation context.
public struct PresentationResult: Equatable, Sendable {
    public var result: ContextResult
    /// With `negotiateAck` this holds the features, see `features`.
    public var reason: ProviderReason
    public var transferSyntax: SyntaxID

    public init(result: ContextResult, reason: ProviderReason, transferSyntax: SyntaxID) {
        self.result = result
        self.reason = reason
        self.transferSyntax = transferSyntax
    }

    public static func accepted(_ syntax: SyntaxID) -> PresentationResult {
        PresentationResult(result: .acceptance, reason: .notSpecified, transferSyntax: syntax)
    }

    public static func rejected(_ reason: ProviderReason) -> PresentationResult {
        PresentationResult(result: .providerRejection, reason: reason, transferSyntax: .zero)
    }

    public static func negotiated(_ features: BindTimeFeatures) -> PresentationResult {
        let bits = UInt16(truncatingIfNeeded: features.rawValue)
        return PresentationResult(
            result: .negotiateAck, reason: ProviderReason(rawValue: bits), transferSyntax: .zero)
    }

    /// The features that the server agreed to; empty unless this is a negotiate_ack.
    public var features: BindTimeFeatures {
        result == .negotiateAck ? BindTimeFeatures(rawValue: UInt64(reason.rawValue)) : []
    }

    init(from reader: inout ByteReader) throws(PDUError) {
        let raw: UInt16
        do throws(WireError) {
            raw = try reader.read()
            reason = ProviderReason(rawValue: try reader.read())
            transferSyntax = try SyntaxID(from: &reader)
        } catch { throw PDUError(error) }
        guard let result = ContextResult(rawValue: raw) else { throw .malformed }
        self.result = result
    }

    func write(to writer: inout ByteWriter, bigEndian: Bool) throws(WireError) {
        try writer.append(result.rawValue, bigEndian: bigEndian)
        try writer.append(reason.rawValue, bigEndian: bigEndian)
        try transferSyntax.write(to: &writer, bigEndian: bigEndian)
    }
}
