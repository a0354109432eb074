// SPDX-License-Identifier: LGPL-3.0-or-later

internal import Wire

/// RPC_C_AUTHN_GSS_NEGOTIATE, and the object identifiers (content only) of what it negotiates.
public enum SPNEGO {
    public static var authType: UInt8 { 9 }

    /// 1.3.6.1.5.5.2
    static var oid: [UInt8] { [0x2b, 6, 1, 5, 5, 2] }
    /// 1.3.6.1.4.1.311.2.2.10
    public static var ntlm: [UInt8] { [0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 10] }
    /// 1.2.840.113554.1.2.2
    public static var kerberos: [UInt8] { [0x2a, 0x86, 0x48, 0x86, 0xf7, 0x12, 1, 2, 2] }
    /// 1.2.840.48018.1.2.2, with the error in it that Windows 2000 made ([MS-SPNG] 1.9)
    public static var microsoftKerberos: [UInt8] { [0x2a, 0x86, 0x48, 0x82, 0xf7, 0x12, 1, 2, 2] }

    /// Whoever offers more has something else in mind.
    static var maximumMechanisms: Int { 16 }
    /// Of the list, and of a mechListMIC: a server keeps both until the exchange is over.
    static var maximumLength: Int { 1024 }
}

private func bounded(_ code: UnsafeRawBufferPointer?) throws(SecurityError) -> [UInt8]? {
    guard code?.count ?? 0 <= SPNEGO.maximumLength else { throw .malformedToken }
    return code.map { Array($0) }
}

/// NegTokenInit (RFC 4178 4.2.1), or the server's NegTokenInit2 ([MS-SPNG] 2.2.1), whose hints say nothing.
struct NegTokenInit: Equatable {
    var mechanisms: [[UInt8]]
    /// The MechTypeList as it came, which mechListMIC covers.
    var list: [UInt8]
    var token: [UInt8]?
    var code: [UInt8]?

    init(mechanisms: [[UInt8]], token: [UInt8]?) {
        self.mechanisms = mechanisms
        list = der(DERTag.sequence, mechanisms.flatMap { der(DERTag.objectIdentifier, $0) })
        self.token = token
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        var outer = DERReader(bytes)
        var application = DERReader(try outer.element(DERTag.application))
        guard try application.element(DERTag.objectIdentifier).elementsEqual(SPNEGO.oid) else { throw .malformedToken }
        var choice = DERReader(try application.element(DERTag.context(0)))
        var fields = DERReader(try choice.element(DERTag.sequence))
        guard outer.isAtEnd, application.isAtEnd, choice.isAtEnd else { throw .malformedToken }
        let types = try fields.element(DERTag.context(0))
        guard types.count <= SPNEGO.maximumLength else { throw .malformedToken }
        list = Array(types)
        mechanisms = try NegTokenInit.mechanisms(types)
        // reqFlags are not protected, so nobody looks at them.
        _ = try fields.optional(DERTag.context(1))
        token = try fields.optional(2, holding: DERTag.octetString).map { Array($0) }
        code = try NegTokenInit.code(&fields)
        guard fields.isAtEnd else { throw .malformedToken }
    }

    private static func mechanisms(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) -> [[UInt8]] {
        var outer = DERReader(bytes)
        var list = DERReader(try outer.element(DERTag.sequence))
        guard outer.isAtEnd else { throw .malformedToken }
        var found: [[UInt8]] = []
        while !list.isAtEnd {
            guard found.count < SPNEGO.maximumMechanisms else { throw .malformedToken }
            found.append(Array(try list.element(DERTag.objectIdentifier)))
        }
        return found
    }

    /// [3] is mechListMIC, or negHints with mechListMIC as [4] behind them.
    private static func code(_ fields: inout DERReader) throws(SecurityError) -> [UInt8]? {
        if var third = try fields.optional(DERTag.context(3)) {
            if try third.optional(DERTag.sequence) == nil {
                let code = try third.element(DERTag.octetString)
                guard third.isAtEnd else { throw .malformedToken }
                return try bounded(code)
            }
        }
        return try bounded(try fields.optional(4, holding: DERTag.octetString))
    }

    var bytes: [UInt8] {
        var fields = der(DERTag.context(0), list)
        if let token { fields += der(DERTag.context(2), der(DERTag.octetString, token)) }
        if let code { fields += der(DERTag.context(3), der(DERTag.octetString, code)) }
        let choice = der(DERTag.context(0), der(DERTag.sequence, fields))
        return der(DERTag.application, der(DERTag.objectIdentifier, SPNEGO.oid) + choice)
    }
}

/// NegTokenResp (RFC 4178 4.2.2).
struct NegTokenResp: Equatable {
    enum State: UInt8 {
        case acceptCompleted
        case acceptIncomplete
        case reject
        case requestMIC
    }

    var state: State?
    var mechanism: [UInt8]?
    var token: [UInt8]?
    var code: [UInt8]?

    init(state: State? = nil, mechanism: [UInt8]? = nil, token: [UInt8]? = nil, code: [UInt8]? = nil) {
        self.state = state
        self.mechanism = mechanism
        self.token = token
        self.code = code
    }

    init(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) {
        var outer = DERReader(bytes)
        var choice = DERReader(try outer.element(DERTag.context(1)))
        var fields = DERReader(try choice.element(DERTag.sequence))
        guard outer.isAtEnd, choice.isAtEnd else { throw .malformedToken }
        if let value = try fields.optional(0, holding: DERTag.enumerated) {
            guard value.count == 1, let known = value.first.flatMap(State.init(rawValue:)) else {
                throw .malformedToken
            }
            state = known
        }
        mechanism = try fields.optional(1, holding: DERTag.objectIdentifier).map { Array($0) }
        token = try fields.optional(2, holding: DERTag.octetString).map { Array($0) }
        code = try bounded(try fields.optional(3, holding: DERTag.octetString))
        guard fields.isAtEnd else { throw .malformedToken }
    }

    var bytes: [UInt8] {
        var fields: [UInt8] = []
        if let state { fields += der(DERTag.context(0), der(DERTag.enumerated, [state.rawValue])) }
        if let mechanism { fields += der(DERTag.context(1), der(DERTag.objectIdentifier, mechanism)) }
        if let token { fields += der(DERTag.context(2), der(DERTag.octetString, token)) }
        if let code { fields += der(DERTag.context(3), der(DERTag.octetString, code)) }
        return der(DERTag.context(1), der(DERTag.sequence, fields))
    }
}
