// SPDX-License-Identifier: LGPL-3.0-or-later

import CDCERPC
import CNDRTestTables

extension Sample {
    private static func gap(_ dice: inout Dice) -> t_wide_gap { t_wide_gap(a: dice.number(), b: dice.number()) }

    private static func chosen(_ arena: Arena, _ dice: inout Dice) -> t_wide_union {
        var value = t_wide_union()
        value.level = UInt8(dice.upTo(4))
        if value.level == 1 { value.arm.narrow = dice.number() }
        if value.level == 2 { value.arm.large = dice.number() }
        if value.level == 3, dice.chance() { value.arm.pointed = arena.make(dice.number()) }
        value.after = dice.number()
        return value
    }

    nonisolated(unsafe) static let wides: [Sample] = [
        Sample(ndr_table_t_wide, "t_wide_gaps") { _, dice in
            t_wide_gaps(two: (gap(&dice), gap(&dice)), after: dice.number())
        },
        Sample(ndr_table_t_wide, "t_wide_elements") { arena, dice in
            let gaps = (0..<dice.upTo(4)).map { _ in gap(&dice) }
            return t_wide_elements(count: UInt16(gaps.count), elements: arena.make(array: gaps))
        },
        Sample(ndr_table_t_wide, "t_wide_union") { arena, dice in chosen(arena, &dice) },
        Sample(ndr_table_t_wide, "t_wide_serialised") { arena, dice in
            t_wide_serialised(before: dice.number(), content: chosen(arena, &dice), after: dice.number())
        },
    ]
}
