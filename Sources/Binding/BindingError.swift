// SPDX-License-Identifier: LGPL-3.0-or-later

/// Why a binding is refused. The text is the option's name or the part that could not be read.
public enum BindingError: Error, Equatable, Sendable {
    case syntax(String)
    case unknownProtocolSequence(String)
    case unknownOption(String)
    case badValue(option: String)
    /// An option is given twice.
    case duplicate(String)
    /// Two options exclude each other.
    case contradiction(String, String)
    /// It asks for authentication or a version of SMB, which does not exist here yet: never dropped silently.
    case notSupported(String)

    public var description: String {
        switch self {
        case .syntax(let part): return "cannot read \"\(part)\""
        case .unknownProtocolSequence(let name): return "unknown protocol sequence \"\(name)\""
        case .unknownOption(let name): return "unknown option \"\(name)\""
        case .badValue(let name): return "option \"\(name)\" cannot have this value"
        case .duplicate(let name): return "option \"\(name)\" is given twice"
        case .contradiction(let one, let other): return "options \"\(one)\" and \"\(other)\" exclude each other"
        case .notSupported(let name): return "option \"\(name)\" is not supported yet"
        }
    }
}
