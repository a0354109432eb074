// SPDX-License-Identifier: LGPL-3.0-or-later

internal import CDCERPC

/// The records of a table that InterfaceCodec has checked: every index in it is good.
struct TableView {
    private let pointer: UnsafePointer<ndr_interface_table>

    init(_ pointer: UnsafePointer<ndr_interface_table>) { self.pointer = pointer }

    var typeCount: UInt32 { pointer.pointee.num_types }
    func type(_ index: UInt32) -> ndr_type_record { pointer.pointee.types[Int(index)] }
    func member(_ index: UInt32) -> ndr_member_record { pointer.pointee.members[Int(index)] }
    func value(_ index: UInt32) -> ndr_value_record { pointer.pointee.values[Int(index)] }
    func call(_ index: Int) -> ndr_interface_call { pointer.pointee.calls[index] }
    func string(_ offset: UInt32) -> String { String(cString: pointer.pointee.strings + Int(offset)) }

    func hookName(_ index: UInt32) -> String { String(cString: pointer.pointee.hooks[Int(index)].name) }

    func values(_ type: ndr_type_record) -> [ndr_value_record] {
        (type.first..<type.first + type.count).map { value($0) }
    }

    /// The numbers of the generated functions that an expression calls.
    func thunks(_ code: UInt32) -> [Int] {
        var result: [Int] = []
        var index = Int(code)
        while index < Int(pointer.pointee.code_words) {
            let word = pointer.pointee.code[index]
            switch word & 0xff {
            case NDR_X_END: return result
            case NDR_X_CONST64: index += 2
            case NDR_X_THUNK: result.append(Int(word >> 8))
            default: break
            }
            index += 1
        }
        return result
    }
}

extension ndr_type_record {
    func has(_ flag: UInt32) -> Bool { UInt32(flags) & flag != 0 }
}

extension ndr_member_record {
    func has(_ flag: UInt32) -> Bool { flags & flag != 0 }

    /// Nothing of it is ever on the wire.
    var isOffWire: Bool { has(NDR_M_SKIP) || has(NDR_M_EMPTY) }
}

/// Collects the generated functions that members and types need.
struct ReachableCode {
    private let view: TableView
    private var seen: Set<UInt32> = []
    private(set) var thunks: [Int] = []
    /// Names of what hand-written C marshals.
    private(set) var hooks: [String] = []

    init(_ view: TableView) { self.view = view }

    mutating func members(_ first: UInt32, _ count: UInt32) {
        for index in first..<first + count {
            let member = view.member(index)
            for code in [member.switch_expr, member.value_expr] where code != 0 { thunks += view.thunks(code) }
            if !member.isOffWire { type(member.type) }
        }
    }

    mutating func type(_ start: UInt32) {
        var waiting = [start]
        while let index = waiting.popLast() {
            guard seen.insert(index).inserted else { continue }
            let type = view.type(index)
            for code in [type.size_expr, type.length_expr] where code != 0 { thunks += view.thunks(code) }
            switch UInt32(type.kind) {
            case NDR_KIND_STRUCT, NDR_KIND_UNION:
                for number in type.first..<type.first + type.count {
                    let member = view.member(number)
                    for code in [member.switch_expr, member.value_expr] where code != 0 { thunks += view.thunks(code) }
                    if !member.isOffWire { waiting.append(member.type) }
                }
            case NDR_KIND_POINTER, NDR_KIND_ARRAY, NDR_KIND_PIPE, NDR_KIND_SUBCONTEXT: waiting.append(type.ref)
            case NDR_KIND_HOOK:
                hooks.append(view.hookName(type.extra))
                waiting.append(type.ref)
            default: break
            }
        }
    }
}
