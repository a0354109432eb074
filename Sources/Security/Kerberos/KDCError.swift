// SPDX-License-Identifier: LGPL-3.0-or-later

/// The NTSTATUS that a domain controller's KDC puts into its errors: KERB-EXT-ERROR in KERB-ERROR-DATA in the e-data of a
/// KRB-ERROR ([MS-KILE] 2.2.1 and 2.2.2, RFC 4120 5.9.1). Nobody has signed it, as nothing of a KRB-ERROR is: it
/// explains a failure and does nothing else.
enum KDCError {
    private static var krbError: UInt8 { 0x7e }
    private static var integer: UInt8 { 0x02 }
    /// KERB_ERR_TYPE_EXTENDED
    private static var extended: UInt8 { 3 }

    /// nil: the message is no error, or says nothing.
    static func status(in message: [UInt8]) -> UInt32? {
        message.withBytes { bytes in
            do throws(SecurityError) { return try status(bytes) } catch { return nil }
        }
    }

    private static func status(_ bytes: UnsafeRawBufferPointer) throws(SecurityError) -> UInt32? {
        var outer = DERReader(bytes)
        var application = DERReader(try outer.element(krbError))
        var fields = DERReader(try application.element(DERTag.sequence))
        // What comes before e-data, in order and each at most once.
        for number in UInt8(0)..<12 { _ = try fields.optional(DERTag.context(number)) }
        guard var data = try fields.optional(DERTag.context(12)) else { return nil }
        let content = try data.element(DERTag.octetString)
        var inner = DERReader(content)
        var list = DERReader(try inner.element(DERTag.sequence))
        // Windows has one of them, Samba a list.
        while let one = try list.optional(DERTag.sequence) { if let found = try status(of: one) { return found } }
        var again = DERReader(content)
        return try status(of: DERReader(try again.element(DERTag.sequence)))
    }

    private static func status(of data: DERReader) throws(SecurityError) -> UInt32? {
        var data = data
        guard let type = try data.optional(1, holding: integer), type.elementsEqual([extended]),
            let value = try data.optional(2, holding: DERTag.octetString), value.count >= 4
        else { return nil }
        return UInt32(littleEndian: value.loadUnaligned(as: UInt32.self))
    }
}
