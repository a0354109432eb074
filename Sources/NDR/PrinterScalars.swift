// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC
internal import Glibc
internal import Wire

extension Printer {
    static func hex(_ value: UInt64, _ digits: Int, upper: Bool = false) -> String {
        let text = String(value, radix: 16, uppercase: upper)
        return String(repeating: "0", count: max(0, digits - text.utf8.count)) + text
    }

    mutating func scalar(_ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer, _ secret: Bool) {
        if secret { return field(name, "<REDACTED SECRET VALUE>") }
        switch type.wireCode {
        case NDR_T_GUID: field(name, Printer.guid(slot))
        case NDR_T_POLICY_HANDLE:
            line("\(name): struct policy_handle")
            depth += 1
            number("handle_type", UInt64(slot.loadUnaligned(as: UInt32.self)), 4)
            field("uuid", Printer.guid(slot + 4))
            depth -= 1
        case NDR_T_SYNTAX_ID:
            line("\(name): struct ndr_syntax_id")
            depth += 1
            field("uuid", Printer.guid(slot))
            number("if_version", UInt64(slot.loadUnaligned(fromByteOffset: 16, as: UInt32.self)), 4)
            depth -= 1
        case NDR_T_SECURITY_DESCRIPTOR, NDR_T_SECURITY_ACL, NDR_T_SECURITY_ACE: security(type.wireCode, name, slot)
        case NDR_T_UID, NDR_T_GID:
            let value = slot.loadUnaligned(as: UInt32.self)
            field(name, "0x\(Printer.hex(UInt64(value), 16)) (\(value))")
        case NDR_T_DOM_SID, NDR_T_DOM_SID2, NDR_T_DOM_SID28, NDR_T_DOM_SID0: field(name, Printer.sid(slot))
        case NDR_T_NTTIME, NDR_T_NTTIME_HYPER, NDR_T_NTTIME_1SEC:
            field(name, Printer.ntTime(slot.loadUnaligned(as: UInt64.self)))
        case NDR_T_TIME_T:
            let time = slot.loadUnaligned(as: time_t.self)
            field(name, time == 0 || time == -1 ? "(time_t)\(time)" : Printer.time(time))
        case NDR_T_TIMEVAL, NDR_T_TIMESPEC:
            let seconds = slot.loadUnaligned(as: time_t.self)
            let fraction = slot.loadUnaligned(fromByteOffset: 8, as: Int64.self)
            field(name, "\(Printer.time(seconds)).\(fraction)")
        case NDR_T_WERROR: field(name, Printer.code(slot, "WERR_OK", "DOS code 0x"))
        case NDR_T_NTSTATUS: field(name, Printer.code(slot, "NT_STATUS_OK", "NT code 0x"))
        case NDR_T_HRESULT: field(name, Printer.code(slot, "HRES_OK", "HRES code 0x"))
        case NDR_T_IPV4ADDRESS, NDR_T_IPV6ADDRESS:
            let text = UnsafePointer<CChar>(bitPattern: slot.loadUnaligned(as: UInt.self))
            field(name, text.map { String(cString: $0) } ?? "(null)")
        case NDR_T_FLOAT: field(name, Printer.decimal(Double(slot.loadUnaligned(as: Float.self))))
        case NDR_T_DOUBLE: field(name, Printer.decimal(slot.loadUnaligned(as: Double.self)))
        case NDR_T_POINTER: field(name, slot.loadUnaligned(as: UInt.self) == 0 ? "NULL" : "*")
        case NDR_T_HYPER, NDR_T_INT64, NDR_T_DLONG:
            let value = slot.loadUnaligned(as: Int64.self)
            field(name, "0x\(Printer.hex(UInt64(bitPattern: value), 16)) (\(value))")
        default:
            let size = UInt8(truncatingIfNeeded: type.c_size)
            let signed = ScalarLayout.isSigned(type.wireCode)
            let value = Pusher.integer(slot, size, signed: signed)
            if signed { field(name, "\(value)") } else { number(name, UInt64(bitPattern: value), Int(size)) }
        }
    }

    mutating func number(_ name: String, _ value: UInt64, _ size: Int) {
        field(name, "0x\(Printer.hex(value, 2 * size)) (\(value))")
    }

    mutating func enumeration(_ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer, _ secret: Bool) {
        let size = UInt8(truncatingIfNeeded: type.c_size)
        let unsigned = Pusher.integer(slot, size, signed: false)
        let signed = Pusher.integer(slot, size, signed: true)
        var label = "UNKNOWN_ENUM_VALUE"
        for value in table.values[Int(type.first)..<Int(type.first) + Int(type.count)]
        where value.value == unsigned || value.value == signed {
            label = table.string(value.name)
            break
        }
        if isHex || type.has(NDR_F_HEX) {
            let bits = UInt64(bitPattern: unsigned)
            return field(name, "\(label) (0x\(String(bits, radix: 16, uppercase: true)))")
        }
        field(name, "\(label) (\(signed))")
    }

    mutating func bitmap(_ type: ndr_type_record, _ name: String, _ slot: UnsafeRawPointer, _ secret: Bool) {
        let size = UInt8(truncatingIfNeeded: type.c_size)
        let bits = UInt64(bitPattern: Pusher.integer(slot, size, signed: false))
        if size == 8 {
            field(name, "0x\(Printer.hex(bits, 16)) (\(Int64(bitPattern: bits)))")
        } else {
            number(name, bits, Int(size))
        }
        depth += 1
        for value in table.values[Int(type.first)..<Int(type.first) + Int(type.count)] {
            flag(table.string(value.name), UInt64(bitPattern: value.value), bits)
        }
        depth -= 1
    }

    mutating func flag(_ name: String, _ mask: UInt64, _ bits: UInt64) {
        guard mask != 0 else { return }
        let shift = UInt64(mask.trailingZeroBitCount)
        let part = (bits & mask) >> shift
        let padded = name + String(repeating: " ", count: max(0, 25 - name.utf8.count))
        line(mask >> shift == 1 ? "   \(part): \(padded)" : "0x\(Printer.hex(part, 2)): \(padded) (\(part))")
    }

    // MARK: Well-known types

    private static func code(_ slot: UnsafeRawPointer, _ success: String, _ prefix: String) -> String {
        let value = slot.loadUnaligned(as: UInt32.self)
        return value == 0 ? success : prefix + hex(UInt64(value), 8)
    }

    static func guid(_ slot: UnsafeRawPointer) -> String {
        var text = hex(UInt64(slot.loadUnaligned(as: UInt32.self)), 8)
        text += "-" + hex(UInt64(slot.loadUnaligned(fromByteOffset: 4, as: UInt16.self)), 4)
        text += "-" + hex(UInt64(slot.loadUnaligned(fromByteOffset: 6, as: UInt16.self)), 4) + "-"
        for i in 8..<16 {
            if i == 10 { text += "-" }
            text += hex(UInt64(slot.load(fromByteOffset: i, as: UInt8.self)), 2)
        }
        return text
    }

    static func sid(_ slot: UnsafeRawPointer) -> String {
        let sid = slot.loadUnaligned(as: dom_sid.self)
        guard sid.num_auths >= 0, sid.num_auths <= 15 else { return "(INVALID SID)" }
        var authority: UInt64 = 0
        for i in 0..<6 { authority = authority << 8 | UInt64(slot.load(fromByteOffset: 2 + i, as: UInt8.self)) }
        var text = "S-\(sid.sid_rev_num)-"
        text += authority >> 32 == 0 ? "\(authority)" : "0x" + hex(authority, 12)
        for i in 0..<Int(sid.num_auths) {
            text += "-\(slot.loadUnaligned(fromByteOffset: 8 + 4 * i, as: UInt32.self))"
        }
        return text
    }

    static func ntTime(_ time: UInt64) -> String {
        if time == 0 { return "NTTIME(0)" }
        // What libndr makes of numbers that are no time: the epoch of -1 and -2, of others the last time that there is.
        if time >= .max - 1 { return self.time(0) }
        let time = min(time, UInt64(Int64.max))
        // To the nearest second, of two the earlier.
        return self.time(time_t((time + 4_999_999) / 10_000_000) - 11_644_473_600)
    }

    private static func time(_ time: time_t) -> String {
        var time = time
        var parts = tm()
        guard localtime_r(&time, &parts) != nil else { return "\(time) seconds since the Epoch" }
        var text = [CChar](repeating: 0, count: 80)
        let n = strftime(&text, 79, "%a %b %e %X %Y %Z", &parts)
        return String(decoding: text[..<n].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// printf's %f, as libndr prints it.
    private static func decimal(_ value: Double) -> String {
        // The largest has 309 digits before the point.
        var text = [CChar](repeating: 0, count: 400)
        let n = withVaList([value]) { vsnprintf(&text, text.count, "%f", $0) }
        return String(decoding: text[..<min(max(0, Int(n)), text.count)].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    // MARK: Dumps

    /// Sixteen bytes a line, not indented; lines of zeros inside are left out.
    mutating func dump(_ data: UnsafeRawPointer, _ count: Int) {
        out += ByteDump.text(UnsafeRawBufferPointer(start: data, count: count), omitsZeros: true)
    }
}
