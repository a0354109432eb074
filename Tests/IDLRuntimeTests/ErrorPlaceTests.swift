// SPDX-License-Identifier: LGPL-3.0-or-later

import IDLRuntime
import NDR
import Testing

private let text = """
    [uuid("12345678-1234-1234-1234-123456789abc"), version(1.0), pointer_default(unique)]
    interface t_places
    {
        typedef struct { uint8 a; uint16 b; uint32 c; [range(1,5)] uint32 d; hyper e; } p_Plain;
        typedef struct { p_Plain in; uint32 after; } p_Outer;
        typedef [switch_type(uint16)] union { [case(1)] uint32 number; } p_Union;
        typedef struct { uint16 level; [switch_is(level)] p_Union u; } p_Choice;
        typedef struct { uint16 n; [size_is(n)] uint32 *list; uint8 last; } p_Sized;
        typedef struct { uint16 n; [size_is(n), length_is(n)] uint16 *list; } p_Varying;
        typedef struct { [size_is(n)] uint32 *list; uint16 n; } p_Late;
        typedef struct { [ref] uint32 *sure; uint32 *maybe; } p_Pointers;
        typedef struct { uint32 n; [size_is(n)] p_Plain *list; } p_List;
        typedef struct p_Chain { uint32 v; struct p_Chain *next; } p_Chain;
        void p_Call([in] uint32 n, [in,size_is(m)] uint16 *list, [in,range(0,3)] uint32 m, [in] p_Plain *plain);
    }
    """

/// The offset and the path of an error are those of the very field: what is missing starts there, what is wrong stands there.
@Suite struct ErrorPlaceTests {
    private let interface: RuntimeInterface

    init() throws {
        let model = try Support.model(text: text)
        interface = try RuntimeInterface(model.interfaces[0], of: model)
    }

    private func error(_ bytes: [UInt8], _ subject: RuntimeInterface.Subject, _ rules: Rules = .ndr32) throws -> String
    {
        let arena = Arena()
        let value = try interface.makeValue(subject, arena)
        do throws(NDRError) {
            try interface.pull(subject, rules, bytes, into: value, arena, allowTrailing: true)
            return "none"
        } catch { return error.description }
    }

    private static func words(_ values: [UInt32]) -> [UInt8] {
        values.flatMap {
            [
                UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8),
                UInt8(truncatingIfNeeded: $0 >> 16), UInt8(truncatingIfNeeded: $0 >> 24),
            ]
        }
    }

    /// Cut at every byte, the error names the field that is not whole.
    @Test func cutStructuresNameTheField() throws {
        let whole: [UInt8] = [1, 0, 2, 0] + Self.words([3, 4, 0, 5, 6])
        #expect(try error(whole + Self.words([7]), .type("p_Outer", level: 0)) == "none")
        let fields = [
            (0, 1, "in.a"), (2, 4, "in.b"), (4, 8, "in.c"), (8, 12, "in.d"), (16, 24, "in.e"), (24, 28, "after"),
        ]
        let bytes = whole + Self.words([7])
        for cut in 0..<bytes.count {
            let field = try #require(fields.first { cut < $0.1 })
            #expect(
                try error(Array(bytes[..<cut]), .type("p_Outer", level: 0))
                    == "NDR_ERR_BUFSIZE at byte \(field.0) in p_Outer.\(field.2)", "cut at \(cut)")
        }
    }

    @Test func wrongValuesAreWhereTheyStand() throws {
        let plain: [UInt8] = [1, 0, 2, 0] + Self.words([3, 9, 0, 5, 6])
        #expect(try error(plain, .type("p_Plain", level: 0)) == "NDR_ERR_RANGE at byte 8 in p_Plain.d")
        #expect(
            try error([1, 0, 3, 0] + Self.words([3]), .type("p_Choice", level: 0))
                == "NDR_ERR_BAD_SWITCH at byte 2 in p_Choice.u")
        #expect(
            try error(Self.words([0, 0]), .type("p_Pointers", level: 0))
                == "NDR_ERR_INVALID_POINTER at byte 0 in p_Pointers.sure")
        let list = Self.words([2, 0x20000, 2, 0]) + plain + plain
        #expect(try error(list, .type("p_List", level: 0)) == "NDR_ERR_RANGE at byte 24 in p_List.list.d")
    }

    @Test func wrongCountsAreWhereTheyStand() throws {
        let sized = Self.words([2, 0x20000, 5, 3, 1, 2, 3])
        #expect(try error(sized, .type("p_Sized", level: 0)) == "NDR_ERR_ARRAY_SIZE at byte 12 in p_Sized.list")
        let size = Self.words([2, 0x20000, 3, 0, 2, 0x20001])
        #expect(try error(size, .type("p_Varying", level: 0)) == "NDR_ERR_ARRAY_SIZE at byte 8 in p_Varying.list")
        let length = Self.words([2, 0x20000, 2, 0, 1, 1])
        #expect(try error(length, .type("p_Varying", level: 0)) == "NDR_ERR_ARRAY_SIZE at byte 16 in p_Varying.list")
        let offset = Self.words([2, 0x20000, 2, 1, 1, 1])
        #expect(try error(offset, .type("p_Varying", level: 0)) == "NDR_ERR_ARRAY_OFFSET at byte 12 in p_Varying.list")
        let late = Self.words([0x20000, 2, 3, 1, 2, 3])
        #expect(try error(late, .type("p_Late", level: 0)) == "NDR_ERR_ARRAY_SIZE at byte 8 in p_Late.list")
    }

    /// Counts of arguments are compared at the end of all: the error said "p_Call.in", at the last byte.
    @Test func countsOfArgumentsAreWhereTheyStand() throws {
        let plain: [UInt8] = [1, 0, 2, 0] + Self.words([3, 4, 0, 5, 6])
        let bytes = Self.words([9, 2, 0x20001, 3, 0]) + plain
        #expect(
            try error(bytes, .call(0, .request)) == "NDR_ERR_ARRAY_SIZE at byte 4 in p_Call.in.list")
    }

    @Test func deepPathsSayWhatIsMissing() throws {
        let chain = (0..<200).flatMap { Self.words([$0, 0x20000 + $0 * 4]) }
        let next = String(repeating: ".next", count: 8)
        #expect(
            try error(chain, .type("p_Chain", level: 0))
                == "NDR_ERR_MAX_RECURSION_EXCEEDED at byte 808 in p_Chain.next.(92 more)\(next)")
    }

    /// NDR64, its trailing gap, and the other byte order.
    @Test func otherRules() throws {
        let plain: [UInt8] = [1, 0, 2, 0] + Self.words([3, 9, 0, 5, 6])
        var wide = Rules.ndr32
        wide.ndr64 = true
        #expect(try error(plain, .type("p_Plain", level: 0), wide) == "NDR_ERR_RANGE at byte 8 in p_Plain.d")
        #expect(
            try error(Self.words([2, 0, 0x20000]), .type("p_Sized", level: 0), wide)
                == "NDR_ERR_BUFSIZE at byte 8 in p_Sized.list")
        var big = Rules.ndr32
        big.bigEndian = true
        #expect(
            try error([1, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 9] + Self.words([0, 0, 0]), .type("p_Plain", level: 0), big)
                == "NDR_ERR_RANGE at byte 8 in p_Plain.d")
    }
}
