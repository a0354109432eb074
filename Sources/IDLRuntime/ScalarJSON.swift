// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Wire

/// Scalars as JSON and back: numbers as numbers, codes in hexadecimal, GUIDs and SIDs as their texts.
enum ScalarJSON {
    private static func isSigned(_ wire: UInt32) -> Bool {
        switch wire {
        case NDR_T_INT8, NDR_T_INT16, NDR_T_INT32, NDR_T_INT64, NDR_T_DLONG, NDR_T_INT3264, NDR_T_TIME_T: return true
        default: return false
        }
    }

    static func isKnown(_ type: ndr_type_record) -> Bool {
        switch UInt32(type.wire) {
        case NDR_T_UINT8...NDR_T_GID, NDR_T_TIMEVAL, NDR_T_TIMESPEC: return true
        default: return SecurityJSON.isKnown(UInt32(type.wire))
        }
    }

    /// The number of c_size bytes that stands there.
    static func integer(_ type: ndr_type_record, _ slot: UnsafeRawPointer) -> (signed: Int64, unsigned: Int64) {
        switch type.c_size {
        case 1:
            let value = slot.load(as: UInt8.self)
            return (Int64(Int8(bitPattern: value)), Int64(value))
        case 2:
            let value = slot.loadUnaligned(as: UInt16.self)
            return (Int64(Int16(bitPattern: value)), Int64(value))
        case 4:
            let value = slot.loadUnaligned(as: UInt32.self)
            return (Int64(Int32(bitPattern: value)), Int64(value))
        default:
            let value = slot.loadUnaligned(as: Int64.self)
            return (value, value)
        }
    }

    static func json(_ type: ndr_type_record, _ slot: UnsafeRawPointer) -> JSON {
        switch UInt32(type.wire) {
        case NDR_T_GUID: return .string(GUIDText.text(slot))
        case NDR_T_POLICY_HANDLE:
            return .object([
                ("handle_type", .integer(slot.loadUnaligned(as: UInt32.self))),
                ("uuid", .string(GUIDText.text(slot + 4))),
            ])
        case NDR_T_SYNTAX_ID:
            return .object([
                ("uuid", .string(GUIDText.text(slot))),
                ("if_version", .integer(slot.loadUnaligned(fromByteOffset: 16, as: UInt32.self))),
            ])
        case NDR_T_DOM_SID, NDR_T_DOM_SID2, NDR_T_DOM_SID28, NDR_T_DOM_SID0: return .string(SIDText.text(slot))
        case NDR_T_WERROR, NDR_T_NTSTATUS, NDR_T_HRESULT:
            let digits = String(slot.loadUnaligned(as: UInt32.self), radix: 16)
            return .string("0x" + String(repeating: "0", count: 8 - digits.utf8.count) + digits)
        case NDR_T_IPV4ADDRESS, NDR_T_IPV6ADDRESS:
            let text = UnsafePointer<CChar>(bitPattern: slot.loadUnaligned(as: UInt.self))
            return text.map { .string(String(cString: $0)) } ?? .null
        case NDR_T_FLOAT:
            return real(Double(slot.loadUnaligned(as: Float.self)), "\(slot.loadUnaligned(as: Float.self))")
        case NDR_T_DOUBLE: return real(slot.loadUnaligned(as: Double.self), "\(slot.loadUnaligned(as: Double.self))")
        case NDR_T_POINTER: return .null
        case let wire where SecurityJSON.isKnown(wire): return SecurityJSON.json(wire, slot)
        case NDR_T_TIMEVAL, NDR_T_TIMESPEC:
            let seconds = slot.loadUnaligned(as: Int64.self)
            return .string("\(seconds).\(slot.loadUnaligned(fromByteOffset: 8, as: Int64.self))")
        default:
            let number = integer(type, slot)
            if isSigned(UInt32(type.wire)) { return .integer(number.signed) }
            return type.c_size == 8 ? .integer(UInt64(bitPattern: number.unsigned)) : .integer(number.unsigned)
        }
    }

    private static func real(_ value: Double, _ text: String) -> JSON {
        value.isFinite ? .number(text) : .string(text)
    }

    // MARK: - From JSON

    /// An integer of a JSON number or of a string with a decimal or 0x number.
    static func integer(_ json: JSON) -> (negative: Bool, magnitude: UInt64)? {
        let text: String
        switch json {
        case .number(let number): text = number
        case .string(let string): text = string
        case .bool(let value): return (false, value ? 1 : 0)
        default: return nil
        }
        if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { (false, $0) } }
        if text.hasPrefix("-") { return UInt64(text.dropFirst()).map { (true, $0) } }
        return UInt64(text).map { (false, $0) }
    }

    /// Stores an integer in c_size bytes; false: it does not fit, as signed or as unsigned number.
    static func store(_ json: JSON, _ size: UInt32, _ slot: UnsafeMutableRawPointer) -> Bool {
        guard let (negative, magnitude) = integer(json) else { return false }
        let bits = UInt64(min(size, 8)) * 8
        let half: UInt64 = 1 << (bits - 1)
        if negative ? magnitude > half : bits < 64 && magnitude >> bits != 0 { return false }
        let value = negative ? 0 &- magnitude : magnitude
        switch size {
        case 1: slot.storeBytes(of: UInt8(truncatingIfNeeded: value), as: UInt8.self)
        case 2: slot.storeBytes(of: UInt16(truncatingIfNeeded: value), as: UInt16.self)
        case 4: slot.storeBytes(of: UInt32(truncatingIfNeeded: value), as: UInt32.self)
        case 8: slot.storeBytes(of: value, as: UInt64.self)
        default: return false
        }
        return true
    }

    /// What is expected instead, when the value does not fit.
    static func store(_ json: JSON, _ type: ndr_type_record, _ slot: UnsafeMutableRawPointer, _ arena: Arena) -> String?
    {
        switch UInt32(type.wire) {
        case NDR_T_GUID: return GUIDText.store(json, slot) ? nil : "a GUID"
        case NDR_T_TIMEVAL, NDR_T_TIMESPEC:
            guard case .string(let text) = json else { return "seconds.fraction" }
            let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int64($0) }
            guard parts.count == 2, let seconds = parts[0], let fraction = parts[1], fraction >= 0,
                fraction <= UInt32.max
            else { return "seconds.fraction" }
            slot.storeBytes(of: seconds, as: Int64.self)
            slot.storeBytes(of: fraction, toByteOffset: 8, as: Int64.self)
        case NDR_T_POLICY_HANDLE:
            guard case .object(let fields) = json, fields.count == 2,
                let handleType = fields.first(where: { $0.0 == "handle_type" }),
                let uuid = fields.first(where: { $0.0 == "uuid" }), store(handleType.1, 4, slot),
                GUIDText.store(uuid.1, slot + 4)
            else { return "an object of handle_type and uuid" }
        case NDR_T_SYNTAX_ID:
            guard case .object(let fields) = json, fields.count == 2,
                let version = fields.first(where: { $0.0 == "if_version" }),
                let uuid = fields.first(where: { $0.0 == "uuid" }), store(version.1, 4, slot + 16),
                GUIDText.store(uuid.1, slot)
            else { return "an object of uuid and if_version" }
        case NDR_T_DOM_SID, NDR_T_DOM_SID2, NDR_T_DOM_SID28, NDR_T_DOM_SID0:
            return SIDText.store(json, slot) ? nil : "a SID as in \"S-1-5-32\""
        case NDR_T_IPV4ADDRESS, NDR_T_IPV6ADDRESS:
            guard case .string(let text) = json else { return "an address" }
            slot.storeBytes(of: arena.string(text), as: UnsafeMutableRawPointer.self)
        case NDR_T_FLOAT:
            guard let value = real(json).flatMap({ Float($0) }) else { return "a number" }
            slot.storeBytes(of: value, as: Float.self)
        case NDR_T_DOUBLE:
            guard let value = real(json).flatMap({ Double($0) }) else { return "a number" }
            slot.storeBytes(of: value, as: Double.self)
        case NDR_T_POINTER: return nil
        case let wire where SecurityJSON.isKnown(wire): return SecurityJSON.store(wire, json, slot, arena)
        default: return store(json, type.c_size, slot) ? nil : "an integer of \(type.c_size * 8) bits"
        }
        return nil
    }

    private static func real(_ json: JSON) -> String? {
        switch json {
        case .number(let text), .string(let text): return text
        default: return nil
        }
    }
}

extension Arena {
    func string(_ text: String) -> UnsafeMutableRawPointer {
        let bytes = Array(text.utf8)
        let memory = make(bytes.count + 1)
        memory.copyMemory(from: bytes, byteCount: bytes.count)
        return memory
    }
}

enum GUIDText {
    static func text(_ slot: UnsafeRawPointer) -> String {
        func hex<T: FixedWidthInteger>(_ value: T) -> String {
            HexText.text(withUnsafeBytes(of: value.bigEndian) { Array($0) })
        }
        let rest = HexText.text(UnsafeRawBufferPointer(start: slot + 8, count: 8))
        return hex(slot.loadUnaligned(as: UInt32.self)) + "-"
            + hex(slot.loadUnaligned(fromByteOffset: 4, as: UInt16.self)) + "-"
            + hex(slot.loadUnaligned(fromByteOffset: 6, as: UInt16.self)) + "-" + rest.prefix(4) + "-"
            + rest.dropFirst(4)
    }

    static func store(_ json: JSON, _ slot: UnsafeMutableRawPointer) -> Bool {
        guard case .string(let text) = json else { return false }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.utf8.count) == [8, 4, 4, 4, 12], let bytes = HexText.bytes(parts.joined().utf8) else {
            return false
        }
        func number<T: FixedWidthInteger>(_ bytes: ArraySlice<UInt8>) -> T { bytes.reduce(0) { $0 << 8 | T($1) } }
        slot.storeBytes(of: number(bytes[0..<4]), as: UInt32.self)
        slot.storeBytes(of: number(bytes[4..<6]), toByteOffset: 4, as: UInt16.self)
        slot.storeBytes(of: number(bytes[6..<8]), toByteOffset: 6, as: UInt16.self)
        (slot + 8).copyMemory(from: Array(bytes[8...]), byteCount: 8)
        return true
    }
}

enum SIDText {
    /// Empty for a SID that is absent.
    static func text(_ slot: UnsafeRawPointer) -> String {
        let sid = slot.loadUnaligned(as: dom_sid.self)
        guard sid.sid_rev_num != 0 || sid.num_auths != 0 else { return "" }
        var authority: UInt64 = 0
        for i in 0..<6 { authority = authority << 8 | UInt64(slot.load(fromByteOffset: 2 + i, as: UInt8.self)) }
        var text = "S-\(sid.sid_rev_num)-"
        text += authority >> 32 == 0 ? String(authority) : "0x" + String(authority, radix: 16)
        for i in 0..<min(max(Int(sid.num_auths), 0), 15) {
            text += "-\(slot.loadUnaligned(fromByteOffset: 8 + 4 * i, as: UInt32.self))"
        }
        return text
    }

    static func store(_ json: JSON, _ slot: UnsafeMutableRawPointer) -> Bool {
        guard case .string(let text) = json else { return false }
        if text.isEmpty { return true }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts.count <= 18, parts[0] == "S", let revision = UInt8(parts[1]) else { return false }
        let word = parts[2]
        let authority = word.hasPrefix("0x") ? UInt64(word.dropFirst(2), radix: 16) : UInt64(word)
        guard let authority, authority >> 48 == 0 else { return false }
        slot.storeBytes(of: revision, as: UInt8.self)
        slot.storeBytes(of: UInt8(parts.count - 3), toByteOffset: 1, as: UInt8.self)
        for i in 0..<6 {
            slot.storeBytes(
                of: UInt8(truncatingIfNeeded: authority >> UInt64(8 * (5 - i))), toByteOffset: 2 + i, as: UInt8.self)
        }
        for (i, part) in parts.dropFirst(3).enumerated() {
            guard let value = UInt32(part) else { return false }
            slot.storeBytes(of: value, toByteOffset: 8 + 4 * i, as: UInt32.self)
        }
        return true
    }
}
