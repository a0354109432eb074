// SPDX-License-Identifier: LGPL-3.0-or-later

/// A JSON text (RFC 8259). Integers keep all 64 bits; an object keeps its order.
public indirect enum JSON: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As written, so that nothing is rounded.
    case number(String)
    case string(String)
    case array([JSON])
    case object([(String, JSON)])

    public static func == (a: JSON, b: JSON) -> Bool { a.text() == b.text() }

    /// Numbers beyond 2^53 become strings, because most readers would round them.
    public static func integer<T: BinaryInteger>(_ value: T) -> JSON {
        value.magnitude <= 1 << 53 ? .number(String(value)) : .string(String(value))
    }

    /// How deep arrays and objects may stand in each other.
    public static let maxDepth = 512

    // MARK: - Writing

    public func text() -> String {
        var out = ""
        write(&out, 0)
        return out
    }

    private func write(_ out: inout String, _ depth: Int) {
        switch self {
        case .null: out += "null"
        case .bool(let value): out += value ? "true" : "false"
        case .number(let text): out += text
        case .string(let text): Self.quote(text, &out)
        case .array(let items):
            Self.list("[", "]", items, &out, depth) { item, out in item.write(&out, depth + 1) }
        case .object(let fields):
            Self.list("{", "}", fields, &out, depth) { field, out in
                Self.quote(field.0, &out)
                out += ": "
                field.1.write(&out, depth + 1)
            }
        }
    }

    private static func list<T>(
        _ open: String, _ close: String, _ items: [T], _ out: inout String, _ depth: Int,
        _ write: (T, inout String) -> Void
    ) {
        out += open
        for (index, item) in items.enumerated() {
            out += index == 0 ? "\n" : ",\n"
            out += String(repeating: "  ", count: depth + 1)
            write(item, &out)
        }
        if !items.isEmpty { out += "\n" + String(repeating: "  ", count: depth) }
        out += close
    }

    private static func quote(_ text: String, _ out: inout String) {
        out += "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case "\n": out += "\\n"
            case "\t": out += "\\t"
            case "\r": out += "\\r"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f {
                    let digits = String(scalar.value, radix: 16)
                    out += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
                } else {
                    out.unicodeScalars.append(scalar)
                }
            }
        }
        out += "\""
    }
}
