# SPDX-License-Identifier: LGPL-3.0-or-later
"""The tables of a library of generated C as Python objects (ndr_format.h), and random values in the C structures that
they describe. Used by idl_crosscheck.py."""
import ctypes as C
import random

SCALAR, ENUM, BITMAP, STRUCT, UNION, POINTER, ARRAY, STRING, BLOB = range(1, 10)
PIPE, SUBCONTEXT = 11, 12
SHARES_SLOT, TOP_LEVEL, INLINE, CONFORMANT, VARYING, FIXED, TERMINATED, TO_NULL = (1 << i for i in range(8))
HAS_DEFAULT = 0x800
REF = 1
M_DEFAULT, M_EMPTY = 1, 2


def u32(names):
    return [(n, C.c_uint32) for n in names.split()]


class Type(C.Structure):
    _fields_ = [("kind", C.c_uint8), ("wire", C.c_uint8), ("flags", C.c_uint16)] + u32(
        "name c_name c_size first count ref size_expr length_expr range extra ndr_flags")


class Member(C.Structure):
    _fields_ = u32("name type c_offset flags switch_expr value_expr peer reserved") + [("label", C.c_int64)]


class Value(C.Structure):
    _fields_ = u32("name reserved") + [("value", C.c_int64)]


class Range(C.Structure):
    _fields_ = [("min", C.c_int64), ("max", C.c_int64)]


class Call(C.Structure):
    _fields_ = [("name", C.c_char_p), ("struct_size", C.c_size_t)] + u32(
        "flags first_in num_in first_out num_out in_pipes out_pipes reserved")


class Interface(C.Structure):
    _fields_ = [
        ("format", C.c_uint32), ("table_size", C.c_uint32), ("name", C.c_char_p), ("syntax_id", C.c_uint32 * 5),
        ("helpstring", C.c_char_p), ("num_calls", C.c_uint32), ("calls", C.POINTER(Call)), ("endpoints", C.c_void_p),
        ("authservices", C.c_void_p), ("pointer_size", C.c_uint32), ("num_types", C.c_uint32),
        ("types", C.POINTER(Type)), ("num_members", C.c_uint32), ("members", C.POINTER(Member)),
        ("num_values", C.c_uint32), ("values", C.POINTER(Value)), ("num_ranges", C.c_uint32),
        ("ranges", C.POINTER(Range)), ("code_words", C.c_uint32), ("code", C.POINTER(C.c_uint32)),
        ("strings_size", C.c_uint32), ("strings", C.c_void_p), ("num_thunks", C.c_uint32), ("thunks", C.c_void_p)]


INTEGERS = {1: C.c_uint8, 2: C.c_int8, 3: C.c_uint16, 4: C.c_int16, 5: C.c_uint32, 6: C.c_int32, 7: C.c_uint64,
            8: C.c_int64, 9: C.c_int64, 10: C.c_uint64, 11: C.c_uint64, 12: C.c_uint32, 13: C.c_int32, 14: C.c_uint16,
            20: C.c_uint64, 21: C.c_uint32, 22: C.c_uint32, 23: C.c_uint32, 34: C.c_uint32}
READS = [C.c_uint8, C.c_uint16, C.c_uint32, C.c_uint64, C.c_int8, C.c_int16, C.c_int32, C.c_int64]
TIMES = [0, 0x7FFFFFFFFFFFFFFF, 116444736000000000 + 16 * 10 ** 16, 133000000000000000]
WORDS = ["", "a", "ab", "Administrator", "\\\\server\\share", "x" * 40, "Stra\u00dfe", "\u65e5\u672c"]


class Unfillable(Exception):
    pass


class Filler:
    """Random values: what an expression counts or selects is set to fit what it counts or selects."""

    def __init__(self, table, seed):
        self.t, self.random, self.memory, self.fixed = table, random.Random(seed), [], set()
        self.in_buffer, self.computed = False, {}

    def text(self, offset):
        return C.string_at(self.t.strings + offset).decode()

    def allocate(self, size):
        self.memory.append(C.create_string_buffer(max(size, 1) + 8))
        return C.addressof(self.memory[-1])

    # --- expressions ---

    def evaluate(self, index, base, reads=None):
        code, stack = self.t.code, []
        while True:
            op, immediate = code[index] & 255, code[index] >> 8
            index += 1
            if op == 0:
                return stack[-1]
            if op == 1:
                stack.append(immediate - (1 << 24) if immediate >> 23 else immediate)
            elif op == 2:
                stack.append(code[index] | code[index + 1] << 32)
                index += 2
            elif 3 <= op <= 10 or 13 <= op <= 20:
                kind = READS[op - 3 if op <= 10 else op - 13]
                address = base + immediate
                if op > 10:
                    pointer = stack.pop()
                    if not pointer:
                        stack.append(0)
                        continue
                    address = pointer + immediate
                if reads is not None:
                    reads.append((kind, address))
                stack.append(kind.from_address(address).value)
            elif op == 11:
                stack.append(C.c_void_p.from_address(base + immediate).value or 0)
            elif op == 12:
                stack.append(base + immediate)
            elif op == 21:
                stack.append(C.c_void_p.from_address(stack.pop() + immediate).value or 0)
            elif op == 43:
                no, yes, condition = stack.pop(), stack.pop(), stack.pop()
                stack.append(yes if condition else no)
            elif 44 <= op <= 49:
                stack.append(self.string_length(op, stack.pop()))
            else:
                stack.append(self.arithmetic(op, stack))

    @staticmethod
    def string_length(op, pointer):
        if not pointer:
            return 1 if op in (45, 48) else 0
        value = C.string_at(pointer)
        length = len(value) if op < 47 else len(value.decode().encode("utf-16-le")) // 2
        return length if op in (44, 47) else length + 1

    @staticmethod
    def arithmetic(op, stack):
        if op in (32, 33, 34):
            a = stack.pop()
            return {32: ~a, 33: -a, 34: int(not a)}[op]
        b, a = stack.pop(), stack.pop()
        operations = {22: lambda: a + b, 23: lambda: a - b, 24: lambda: a * b, 25: lambda: a // b, 26: lambda: a % b,
                      27: lambda: a << b, 28: lambda: a >> b, 29: lambda: a & b, 30: lambda: a | b, 31: lambda: a ^ b,
                      35: lambda: int(a == b), 36: lambda: int(a != b), 37: lambda: int(a < b), 38: lambda: int(a <= b),
                      39: lambda: int(a > b), 40: lambda: int(a >= b), 41: lambda: int(bool(a and b)),
                      42: lambda: int(bool(a or b))}
        if op not in operations:
            raise Unfillable("operation %d" % op)
        return operations[op]()

    def solve(self, index, base, wanted, preferred=None):
        """Sets the last field that the expression reads so that wanted(value) holds; a field is set once."""
        reads = []
        value = self.evaluate(index, base, reads)
        if wanted(value) and (not reads or reads[-1][1] in self.fixed):
            return value
        if not reads or (reads[-1][1] in self.fixed and not wanted(value)):
            raise Unfillable("an expression that cannot be %r" % (preferred,))
        kind, address = reads[-1]
        for candidate in ([preferred] if preferred is not None else []) + list(range(0, 300)):
            kind.from_address(address).value = candidate
            value = self.evaluate(index, base)
            if wanted(value):
                self.fixed.add(address)
                return value
        raise Unfillable("no value for an expression")

    # --- values ---

    def scope(self, base, members, depth):
        """Members of a structure, or arguments: fields alone first, then what is counted or selected by them."""
        late, self.computed[base] = [], [m for m in members if m.value_expr]
        for m in members:
            if self.is_dependent(m.type) or m.switch_expr:
                late.append(m)
            else:
                self.fill(m.type, base + m.c_offset, base, depth)
        for m in late:
            if m.switch_expr:
                self.choose_arm(m, base)
            self.prepare_counts(m.type, base)
        for m in late:
            level = self.evaluate(m.switch_expr, base) if m.switch_expr else None
            self.fill(m.type, base + m.c_offset, base, depth, level)

    def is_dependent(self, index):
        while True:
            y = self.t.types[index]
            if y.size_expr or y.length_expr:
                return True
            if y.kind not in (POINTER, ARRAY):
                return False
            index = y.ref

    def union_of(self, index):
        while self.t.types[index].kind in (POINTER, ARRAY):
            index = self.t.types[index].ref
        return self.t.types[index]

    def choose_arm(self, m, base):
        union = self.union_of(m.type)
        arms = [self.t.members[i] for i in range(union.first, union.first + union.count)]
        labels = [a.label for a in arms if not a.flags & M_DEFAULT]
        default = any(a.flags & M_DEFAULT for a in arms)
        value = self.evaluate(m.switch_expr, base)
        reads = []
        self.evaluate(m.switch_expr, base, reads)
        if reads and reads[-1][1] in self.fixed and (value in labels or default):
            return
        label = self.random.choice(labels)
        self.solve(m.switch_expr, base, lambda v: v == label, label)

    def prepare_counts(self, index, base):
        while True:
            y = self.t.types[index]
            if y.kind == ARRAY and y.size_expr:
                count = self.random.randint(0, 3)
                self.solve(y.size_expr, base, lambda v: 0 <= v <= 2000, count)
            if y.kind not in (POINTER, ARRAY):
                return
            index = y.ref

    def fill(self, index, slot, base, depth, level=None):
        y = self.t.types[index]
        if y.kind == SUBCONTEXT:
            self.in_buffer = True
            self.fill(y.ref, slot, base, depth, level)
            self.in_buffer = False
        elif y.kind == POINTER:
            self.pointer(y, slot, base, depth, level)
        elif y.kind == STRUCT:
            self.scope(slot, [self.t.members[i] for i in range(y.first, y.first + y.count)], depth + 1)
        elif y.kind == UNION:
            self.union(y, slot, depth, level)
        elif y.kind == ARRAY:
            self.array(y, slot, base, depth, level)
        elif y.kind == STRING:
            self.string(y, slot, base)
        elif y.kind == PIPE:
            pass  # its chunks are not in the structure
        elif y.kind == BLOB:
            data = self.bytes(self.random.randint(0, 9))
            C.c_void_p.from_address(slot).value = data[0]
            C.c_size_t.from_address(slot + 8).value = data[1]
        else:
            self.scalar(y, slot)

    def bytes(self, count):
        address = self.allocate(count)
        C.memmove(address, self.random.randbytes(count), count)
        return address, count

    def pointer(self, y, slot, base, depth, level):
        pointee = self.t.types[y.ref]
        if pointee.kind == SCALAR and pointee.wire == 37 and not self.in_buffer:
            # Nobody reads a descriptor outside a subcontext: its offsets have nothing to count from.
            return
        # What counts or selects something else must be there; so all are in arguments.
        if y.wire != REF and not y.flags & TOP_LEVEL and depth > 0 and (self.random.random() < 0.2 or depth > 12):
            return
        if y.flags & SHARES_SLOT:
            self.fill(y.ref, slot, base, depth, level)
            return
        address = self.allocate(pointee.c_size)
        C.c_void_p.from_address(slot).value = address
        self.fill(y.ref, address, base, depth, level)

    def union(self, y, slot, depth, level):
        for i in range(y.first, y.first + y.count):
            arm = self.t.members[i]
            if arm.label == level and not arm.flags & M_DEFAULT:
                if not arm.flags & M_EMPTY:
                    self.fill(arm.type, slot, slot, depth + 1)
                return
        for i in range(y.first, y.first + y.count):
            arm = self.t.members[i]
            if arm.flags & M_DEFAULT and not arm.flags & M_EMPTY:
                self.fill(arm.type, slot, slot, depth + 1)

    def array(self, y, slot, base, depth, level):
        element = self.t.types[y.ref]
        if y.flags & FIXED:
            size = y.count
        else:
            size = self.evaluate(y.size_expr, base) if y.size_expr else y.count
        count = size
        if y.length_expr:
            count = self.solve(y.length_expr, base, lambda v: 0 <= v <= size, self.random.randint(0, min(size, 3)))
        if not 0 <= size <= 2000:
            raise Unfillable("an array of %d" % size)
        if not y.flags & INLINE:
            address = self.allocate(size * element.c_size)
            C.c_void_p.from_address(slot).value = address
        else:
            address = slot
        for i in range(count):
            self.fill(y.ref, address + i * element.c_size, base, depth, level)

    def string(self, y, slot, base):
        words = WORDS if y.wire == 1 or y.wire == 3 else WORDS[:6]
        word = self.random.choice(words)
        limit = y.count if y.count else 10 ** 6
        if y.range:
            limit = min(limit, self.t.ranges[y.range - 1].max)
        units = len(word.encode("utf-16-le")) // 2 if y.wire == 1 else len(word)
        if units + 1 > limit:
            word, units = "", 0
        data = word.encode() + b"\0"
        if y.flags & INLINE:
            C.memmove(slot, data, len(data))
        else:
            address = self.allocate(len(data))
            C.memmove(address, data, len(data))
            C.c_void_p.from_address(slot).value = address
        if y.size_expr:
            for m in self.computed.get(base, []):
                kind = INTEGERS.get(self.t.types[m.type].wire)
                if kind and self.t.types[m.type].kind == SCALAR:
                    kind.from_address(base + m.c_offset).value = self.evaluate(m.value_expr, base)
            terminated = units + (1 if y.flags & TERMINATED else 0)
            length = self.evaluate(y.length_expr, base) if y.length_expr else terminated
            least = max(terminated, length)
            self.solve_size(y.size_expr, base, least)

    def solve_size(self, index, base, least):
        try:
            self.solve(index, base, lambda v: least <= v <= 2000)
        except Unfillable:
            # [value()] computes it when it is written.
            pass

    def scalar(self, y, slot):
        r, wire = self.random, y.wire
        if y.kind == ENUM and y.count:
            value = self.t.values[r.randrange(y.first, y.first + y.count)].value
            INTEGERS[{1: 1, 2: 3, 4: 5}[y.c_size]].from_address(slot).value = value
        elif wire in INTEGERS:
            kind = INTEGERS[wire]
            value = r.choice([0, 1, r.getrandbits(7), r.getrandbits(8 * C.sizeof(kind))])
            if wire == 20:
                value &= 0x7FFFFFFF
            # Codes that have no name: Samba prints every name, we print the codes.
            if wire in (21, 23):
                value = r.choice([0, 0x7FFFFF01])
            if wire == 22:
                value = r.choice([0, 0xC0FFFF01])
            if y.range:
                limits = self.t.ranges[y.range - 1]
                value = r.randint(limits.min, limits.max)
            kind.from_address(slot).value = value
        elif wire in (17, 18):
            C.c_uint64.from_address(slot).value = r.choice(TIMES)
        elif wire == 19:
            C.c_uint64.from_address(slot).value = r.choice(TIMES[:1])
        elif wire in (24, 25, 26):
            C.memmove(slot, r.randbytes(y.c_size), y.c_size)
        elif wire in (29, 30, 31, 32):
            self.sid(slot)
        elif wire == 37:
            self.security_descriptor(slot, y.extra)
        elif wire == 27:
            self.constant(slot, b"10.1.2.3\0")
        elif wire == 28:
            # As long in our short form as in Samba's long one.
            self.constant(slot, b"fe80:1111:2222:3333:4444:5555:6666:7777\0")
        else:
            raise Unfillable("scalar %d" % wire)

    def sid(self, slot):
        count = self.random.randint(0, 5)
        C.memmove(slot, bytes([1, count, 0, 0, 0, 0, 0, 5]) + self.random.randbytes(4 * count), 8 + 4 * count)

    def security_descriptor(self, slot, ace_size):
        """struct security_descriptor: a revision, flags, an owner and a group, a DACL with plain and object entries."""
        owner, acl, count = self.allocate(68), self.allocate(24), self.random.randint(0, 3)
        self.sid(owner)
        aces = self.allocate(count * ace_size)
        C.c_uint32.from_address(slot).value = 1
        C.c_uint16.from_address(slot + 4).value = 0x8004
        C.c_void_p.from_address(slot + 8).value = owner
        C.c_void_p.from_address(slot + 16).value = self.random.choice([None, owner])
        C.c_void_p.from_address(slot + 32).value = acl
        C.c_uint32.from_address(acl).value = 4
        C.c_uint32.from_address(acl + 8).value = count
        C.c_void_p.from_address(acl + 16).value = aces
        for i in range(count):
            ace = aces + i * ace_size
            C.c_uint32.from_address(ace).value = self.random.choice([0, 1, 5])
            C.c_uint32.from_address(ace + 8).value = self.random.getrandbits(32)
            C.c_uint32.from_address(ace + 12).value = self.random.choice([0, 1, 2, 3])
            C.memmove(ace + 16, self.random.randbytes(32), 32)
            self.sid(ace + 48)

    def constant(self, slot, data):
        address = self.allocate(len(data))
        C.memmove(address, data, len(data))
        C.c_void_p.from_address(slot).value = address

    def call(self, index):
        """The C structure of a call, with its [in] and its [out] arguments."""
        call = self.t.calls[index]
        base = self.allocate(call.struct_size)
        self.scope(base, [self.t.members[i] for i in range(call.first_in, call.first_in + call.num_in)], 0)
        self.scope(base, [self.t.members[i] for i in range(call.first_out, call.first_out + call.num_out)], 0)
        return base
