// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables

/// The same numbers in every run.
struct Dice: RandomNumberGenerator {
    var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func upTo(_ n: Int) -> Int { Int.random(in: 0...n, using: &self) }

    mutating func chance() -> Bool { upTo(1) == 1 }

    mutating func number<T: FixedWidthInteger>() -> T { T(truncatingIfNeeded: next()) }

    mutating func numbers<T: FixedWidthInteger>(_ n: Int) -> [T] { (0..<n).map { _ in number() } }

    mutating func text(_ longest: Int = 40, ascii: Bool = false) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789 -_")
        let wide = Array("äßñ€Ω漢字😀🎉\u{10ffff}")
        let isWide = !ascii && upTo(3) == 0
        return String(
            (0..<upTo(longest)).map { _ in
                isWide && chance() ? wide.randomElement(using: &self)! : letters.randomElement(using: &self)!
            })
    }
}

/// A random valid value of a type of the golden tables.
struct Sample {
    var table: ndr_interface_table
    var type: String
    var size: Int
    var make: (Arena, inout Dice) -> UnsafeMutableRawPointer

    init<T>(_ table: ndr_interface_table, _ type: String, _ make: @escaping (Arena, inout Dice) -> T) {
        self.table = table
        self.type = type
        size = MemoryLayout<T>.size
        self.make = { arena, dice in UnsafeMutableRawPointer(arena.make(make(arena, &dice))) }
    }

    static var all: [Sample] {
        arrays + strings + unions + pointers + expressions + relatives + flaggedTexts + wides + others
    }

    private static func entry(_ arena: Arena, _ dice: inout Dice) -> t_entry {
        t_entry(id: dice.number(), name: dice.upTo(4) == 0 ? nil : arena.string(dice.text()))
    }

    nonisolated(unsafe) static let arrays: [Sample] = [
        Sample(ndr_table_t_arrays, "t_fixed") { arena, dice in
            var value = t_fixed()
            withUnsafeMutableBytes(of: &value) { for i in $0.indices { $0[i] = dice.number() } }
            return value
        },
        Sample(ndr_table_t_arrays, "t_conformant") { arena, dice in
            let n = dice.upTo(9)
            return t_conformant(count: UInt32(n), items: arena.make(array: dice.numbers(n)))
        },
        Sample(ndr_table_t_arrays, "t_nested") { arena, dice in
            let n = dice.upTo(9)
            return t_nested(
                tag: dice.number(), last: t_conformant(count: UInt32(n), items: arena.make(array: dice.numbers(n))))
        },
        Sample(ndr_table_t_arrays, "t_varying") { arena, dice in
            let n = dice.upTo(9)
            return t_varying(
                size: UInt32(n), length: UInt32(dice.upTo(n)),
                items: dice.upTo(4) == 0 ? nil : arena.make(array: dice.numbers(n)))
        },
        Sample(ndr_table_t_arrays, "t_varying_last") { arena, dice in
            let n = dice.upTo(9)
            return t_varying_last(
                size: UInt32(n), length: UInt32(dice.upTo(n)), items: arena.make(array: dice.numbers(n)))
        },
        Sample(ndr_table_t_arrays, "t_pointed") { arena, dice in
            let n = dice.upTo(5)
            let pointers: [UnsafeMutablePointer<t_entry>?] = (0..<n).map { _ in
                dice.chance() ? arena.make(entry(arena, &dice)) : nil
            }
            let both: [UnsafeMutablePointer<UInt8>?] = (0..<n).map { _ in
                dice.chance() ? arena.make(array: dice.numbers(4)) : nil
            }
            return t_pointed(
                count: UInt16(n), entries: arena.make(array: (0..<n).map { _ in entry(arena, &dice) }),
                pointers: arena.make(array: pointers),
                inner: arena.make(Optional(arena.make(array: dice.numbers(n) as [UInt32]))),
                both: arena.make(array: both))
        },
        Sample(ndr_table_t_arrays, "t_bytes") { arena, dice in
            let n = dice.upTo(40)
            return t_bytes(
                length: UInt32(n), data: arena.make(array: dice.numbers(n)), key: arena.make(array: dice.numbers(16)))
        },
        Sample(ndr_table_t_arrays, "t_slots") { arena, dice in
            var value = t_slots()
            value.slots.0 = arena.make(entry(arena, &dice))
            if dice.chance() { value.slots.2 = arena.make(entry(arena, &dice)) }
            return value
        },
    ]

    nonisolated(unsafe) static let strings: [Sample] = [
        Sample(ndr_table_t_strings, "t_terminated") { arena, dice in
            t_terminated(
                wide: dice.chance() ? arena.string(dice.text(100)) : nil, dos: arena.string(dice.text()),
                utf8: arena.string(dice.text()), limited: arena.string(dice.text(100)))
        },
        Sample(ndr_table_t_strings, "t_counted") { arena, dice in
            t_counted(length: 0, size: 0, string: dice.upTo(4) == 0 ? nil : arena.string(dice.text()))
        },
        Sample(ndr_table_t_strings, "t_counted_large") { arena, dice in
            t_counted_large(length: 0, size: 0, string: arena.string(dice.text()))
        },
        Sample(ndr_table_t_strings, "t_sized") { arena, dice in
            t_sized(name_length: 0, name: arena.string(dice.text()))
        },
        Sample(ndr_table_t_strings, "t_fixed_strings") { arena, dice in
            t_fixed_strings(
                fixed: arena.string(dice.text(16)), old: arena.string(dice.text(15, ascii: true)),
                bounded: arena.string(dice.text(40, ascii: true)))
        },
        Sample(ndr_table_t_strings, "t_open") { arena, dice in
            t_open(id: dice.number(), text: arena.string(dice.text()))
        },
        Sample(ndr_table_t_strings, "t_names") { arena, dice in
            let n = dice.upTo(5)
            return t_names(
                count: UInt32(n),
                names: arena.make(array: (0..<n).map { _ in t_name(name: arena.string(dice.text())) }),
                raw: arena.make(array: Array(dice.text(ascii: true).utf8) + [0]))
        },
    ]

    nonisolated(unsafe) static let unions: [Sample] = [
        Sample(ndr_table_t_unions, "t_holder") { arena, dice in
            var value = t_holder()
            value.kind = t_kind(UInt32(dice.upTo(3)))
            switch value.kind {
            case T_KIND_NUMBER: value.value.number = dice.number()
            case T_KIND_TEXT: value.value.text = dice.chance() ? arena.string(dice.text()) : nil
            case T_KIND_LIST:
                let n = dice.upTo(4)
                value.value.list = t_list(count: UInt32(n), values: arena.make(array: dice.numbers(n)))
            default: break
            }
            return value
        },
        Sample(ndr_table_t_unions, "t_inline") { arena, dice in
            var value = t_inline()
            value.level = UInt16(dice.upTo(2))
            if value.level == 1 { value.info.one = dice.number() }
            if value.level == 2 { value.info.two = t_inline_info_two(x: dice.number(), y: dice.number()) }
            value.pair = t_inline_pair(a: dice.number(), b: dice.number())
            value.colour = dice.chance() ? T_COLOUR_RED : T_COLOUR_BLUE
            return value
        },
    ]

    private static func node(_ arena: Arena, _ dice: inout Dice, _ depth: Int) -> UnsafeMutablePointer<t_node>? {
        guard depth > 0, dice.upTo(4) > 0 else { return nil }
        var value = t_node()
        value.value = dice.number()
        value.next = node(arena, &dice, depth - 1)
        if dice.chance() {
            var tree = t_tree()
            tree.left = node(arena, &dice, depth - 2)
            tree.right = dice.chance() ? tree.left : node(arena, &dice, depth - 2)
            tree.later = dice.chance() ? arena.make(t_later(value: dice.number())) : nil
            value.tree = arena.make(tree)
        }
        return arena.make(value)
    }

    nonisolated(unsafe) static let pointers: [Sample] = [
        Sample(ndr_table_t_pointers, "t_node") { arena, dice in
            t_node(value: dice.number(), next: node(arena, &dice, 6), tree: nil)
        },
        Sample(ndr_table_t_pointers, "t_kinds") { arena, dice in
            let one = arena.make(dice.number() as UInt32)
            return t_kinds(
                by_default: dice.chance() ? one : nil, reference: arena.make(dice.number()),
                unique: dice.chance() ? arena.make(dice.number()) : nil, full: dice.chance() ? one : nil,
                unique_to_full: dice.chance() ? arena.make(Optional(one)) : nil,
                deep: arena.make(Optional(arena.make(Optional(one)))))
        },
    ]

    nonisolated(unsafe) static let expressions: [Sample] = [
        Sample(ndr_table_t_expressions, "t_expression") { arena, dice in
            let n = UInt32(dice.upTo(20))
            var value = t_expression()
            value.n = n
            value.flag = dice.chance() ? 1 : 0
            value.pair = t_pair(low: UInt16(dice.upTo(20)), high: 0)
            value.far = arena.make(t_pair(low: UInt16(dice.upTo(9)), high: 1))
            let room = arena.make(array: dice.numbers(64) as [UInt8])
            value.product = room
            value.rounded = room
            value.chosen = room
            value.member = room
            value.arrow = room
            value.logic = room
            value.division = room
            value.bits = dice.chance() ? room : nil
            return value
        },
        Sample(ndr_table_t_expressions, "t_values") { arena, dice in
            var value = t_values()
            value.text = arena.string(dice.text())
            let n = dice.upTo(20)
            value.blob = DATA_BLOB(data: arena.make(array: dice.numbers(n)), length: n)
            return value
        },
        Sample(ndr_table_t_expressions, "t_switched") { arena, dice in
            var value = t_switched()
            value.kind = UInt16(dice.upTo(2))
            if value.kind & 0xf == 1 { value.choice.one = dice.number() }
            value.unprinted = dice.number()
            return value
        },
    ]

    private static func sid(_ dice: inout Dice, _ most: Int) -> dom_sid {
        var value = dom_sid()
        value.sid_rev_num = 1
        value.num_auths = Int8(dice.upTo(most))
        withUnsafeMutableBytes(of: &value.id_auth) { for i in $0.indices { $0[i] = dice.number() } }
        withUnsafeMutableBytes(of: &value.sub_auths) {
            for i in 0..<Int(value.num_auths) {
                $0.storeBytes(of: dice.number(), toByteOffset: i * 4, as: UInt32.self)
            }
        }
        return value
    }

    private static func guid(_ dice: inout Dice) -> GUID {
        var value = GUID()
        withUnsafeMutableBytes(of: &value) { for i in $0.indices { $0[i] = dice.number() } }
        return value
    }

    private static func leaf(_ arena: Arena, _ dice: inout Dice) -> UnsafeMutablePointer<t_rel_leaf>? {
        dice.chance() ? arena.make(t_rel_leaf(a: dice.number(), b: dice.number())) : nil
    }

    private static func plain(_ arena: Arena, _ dice: inout Dice) -> t_rel_plain {
        let numbers: [UInt16] = dice.numbers(dice.upTo(5))
        return t_rel_plain(
            kind: dice.number(), leaf: leaf(arena, &dice), name: dice.chance() ? arena.string(dice.text()) : nil,
            count: UInt32(numbers.count), numbers: numbers.isEmpty ? nil : arena.make(array: numbers),
            other: leaf(arena, &dice))
    }

    private static func based(_ arena: Arena, _ dice: inout Dice) -> t_rel_based {
        t_rel_based(
            size: dice.number(), leaf: leaf(arena, &dice),
            plain: dice.chance() ? arena.make(plain(arena, &dice)) : nil)
    }

    nonisolated(unsafe) static let relatives: [Sample] = [
        Sample(ndr_table_t_relative, "t_rel_plain") { arena, dice in plain(arena, &dice) },
        Sample(ndr_table_t_relative, "t_rel_short") { arena, dice in
            t_rel_short(leaf: leaf(arena, &dice), aligned: leaf(arena, &dice), last: dice.number())
        },
        Sample(ndr_table_t_relative, "t_rel_twice") { arena, dice in
            t_rel_twice(
                before: dice.number(), one: based(arena, &dice), two: based(arena, &dice), behind: dice.number())
        },
        Sample(ndr_table_t_relative, "t_rel_chosen") { arena, dice in
            var value = t_rel_chosen()
            value.level = UInt32(1 + dice.upTo(2))
            if value.level == 1 { value.choice.one = plain(arena, &dice) }
            if value.level == 2 { value.choice.two = t_rel_leaf(a: dice.number(), b: dice.number()) }
            value.tail = dice.number()
            return value
        },
        Sample(ndr_table_t_relative, "t_rel_buffer") { arena, dice in
            let content = t_rel_reverse(
                flags: dice.number(), leaf: leaf(arena, &dice),
                name: dice.chance() ? arena.string(dice.text(20)) : nil, other: leaf(arena, &dice))
            return t_rel_buffer(
                size: UInt32(120 + dice.upTo(9)), content: dice.chance() ? arena.make(content) : nil)
        },
    ]

    private static func texts(_ arena: Arena, _ dice: inout Dice) -> UnsafeMutablePointer<UnsafePointer<CChar>?> {
        let texts: [UnsafePointer<CChar>?] = (0..<dice.upTo(3)).map { _ in arena.string("x" + dice.text(9)) }
        return arena.make(array: texts + [nil])
    }

    nonisolated(unsafe) static let flaggedTexts: [Sample] = [
        Sample(ndr_table_t_text, "t_text_forms") { arena, dice in
            t_text_forms(
                before: dice.number(), size2: arena.string(dice.text()), bare2: arena.string(dice.text()),
                bytes2: arena.string(dice.text()), charlen: arena.string(dice.text(ascii: true)),
                raw: arena.string(dice.text()), utf8: arena.string(dice.text()), rest: arena.string(dice.text()))
        },
        Sample(ndr_table_t_text, "t_text_lists") { arena, dice in
            t_text_lists(list: texts(arena, &dice), between: dice.number(), rest: texts(arena, &dice))
        },
        Sample(ndr_table_t_text, "t_text_computed") { arena, dice in
            t_text_computed(
                wide: UInt32(dice.upTo(3)), name: arena.string(dice.text()),
                number: dice.chance() ? arena.make(dice.number()) : nil)
        },
        Sample(ndr_table_t_text, "t_text_self") { arena, dice in
            t_text_self(size: 0, kind: dice.number(), name: arena.string(dice.text()))
        },
    ]

    nonisolated(unsafe) static let others: [Sample] = [
        Sample(ndr_table_t_scalars, "t_numbers") { arena, dice in
            var value = t_numbers()
            withUnsafeMutableBytes(of: &value) { for i in $0.indices { $0[i] = dice.number() } }
            return value
        },
        Sample(ndr_table_t_scalars, "t_well_known") { arena, dice in
            var value = t_well_known()
            value.a = dice.number()
            value.b = dice.number()
            value.c = (dice.number() as UInt64 >> 40) * 10_000_000
            value.d = Int(dice.number() as UInt32)
            value.e = dice.number()
            value.i = guid(&dice)
            value.j = policy_handle(handle_type: dice.number(), uuid: guid(&dice))
            value.k = ndr_syntax_id(uuid: guid(&dice), if_version: dice.number())
            value.l = arena.string("192.168.\(dice.upTo(255)).1")
            value.m = arena.string("2001:db8::\(String(dice.upTo(65535), radix: 16))")
            return value
        },
        Sample(ndr_table_t_scalars, "t_sids") { arena, dice in
            t_sids(
                a: sid(&dice, 15), b: dice.chance() ? arena.make(sid(&dice, 15)) : nil,
                c: dice.chance() ? arena.make(sid(&dice, 15)) : nil, d: sid(&dice, 5), e: sid(&dice, 15))
        },
        Sample(ndr_table_t_scalars, "t_blobs") { arena, dice in
            let n = dice.upTo(20)
            let blob = DATA_BLOB(data: arena.make(array: dice.numbers(n)), length: n)
            return t_blobs(data: blob, more: dice.chance() ? arena.make(blob) : nil)
        },
        Sample(ndr_table_t_scalars, "t_ranges") { arena, dice in
            t_ranges(small: UInt32(1 + dice.upTo(9)), large: UInt32(dice.upTo(16384)), around: Int16(dice.upTo(10) - 5))
        },
        Sample(ndr_table_t_enums, "t_all") { arena, dice in
            var value = t_all()
            value.plain = T_PLAIN_C
            value.v1 = T_V1_C
            value.e8 = T_8_B
            value.e16 = T_16_A
            value.b8 = dice.number()
            value.b16 = dice.number()
            value.b32 = dice.number()
            value.b64 = dice.number()
            value.limited = T_PLAIN_B
            return value
        },
    ]
}
