# SPDX-License-Identifier: LGPL-3.0-or-later
"""properties.py PREFIX [TABLE...]: every function, in both directions, and every named structure and union of every shipped
table (libdcerpcswift-idl.so), with random values made from the tables, in NDR32 and NDR64 in both byte orders. What was pushed
is pulled with nothing left over, printed, and pushed again to the same bytes; it reads the same in every encoding; and one
byte less is an error. Names what it cannot make a value of."""
import ctypes as C
import os
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Interop"))
from ndr_tables import STRUCT, UNION, M_DEFAULT, Filler, Interface, Unfillable  # noqa: E402

ROUNDS = int(os.environ.get("PROPERTY_ROUNDS", "8"))
IN, OUT, NDR64, BIG_ENDIAN, REF_ALLOC = 1, 2, 0x100, 0x200, 0x400
ENCODINGS = [("NDR32", 0), ("NDR64", NDR64), ("NDR32 big-endian", BIG_ENDIAN), ("NDR64 big-endian", NDR64 | BIG_ENDIAN)]
NOCALL = 2  # of a function: a gap in the numbers
OWN_SIZES = {"PAC_BUFFER_RAW", "PAC_DATA_RAW", "ENUM_SERVICE_STATUSW_array", "ENUM_SERVICE_STATUSA_array",
             "ENUM_SERVICE_STATUS_PROCESSW_array"}
# Their bytes at the end are all that is left, and so is NDR64's gap behind them. They travel in NDR32 only, in a PAC.
REMAINING = {"PAC_SIGNATURE_DATA", "PAC_CREDENTIAL_INFO", "PAC_Validate", "PAC_INFO"}


class Blob(C.Structure):
    _fields_ = [("data", C.c_void_p), ("length", C.c_size_t)]


class Broken(Exception):
    pass


def load(prefix):
    """The library, the tables' library, and the names of the tables that it exports."""
    library = C.CDLL(os.path.realpath(prefix + "/lib/libdcerpcswift.so"), C.RTLD_GLOBAL)
    tables = os.path.realpath(prefix + "/lib/libdcerpcswift-idl.so")
    library.ndr_codec_error_string.restype = C.c_char_p
    for name in ("ndr_codec_print_call", "ndr_codec_print_type", "talloc_named_const"):
        getattr(library, name).restype = C.c_void_p
    content = pathlib.Path(tables).read_bytes()
    return library, C.CDLL(tables), sorted({m.decode() for m in re.findall(rb"\0ndr_table_(\w+)(?=\0)", content)})


class Subject:
    """A function in one direction, or a named type with a union's level."""

    def __init__(self, library, codec, table, index, direction=None, level=0):
        self.library, self.codec, self.index, self.direction = library, codec, index, direction
        self.level = C.c_int64(level)
        if direction:
            self.name = "%s.%s" % (table.calls[index].name.decode(), "in" if direction == IN else "out")
            self.size = table.calls[index].struct_size
        else:
            record = table.types[index]
            self.type = C.string_at(table.strings + record.name)
            self.name, self.size = self.type.decode(), record.c_size

    def fail(self, what):
        return Broken("%s: %s" % (what, self.library.ndr_codec_error_string(self.codec).decode()))

    def push(self, flags, value):
        blob, library = Blob(), self.library
        if self.direction:
            status = library.ndr_codec_push_call(self.codec, None, self.index, self.direction | flags, C.c_void_p(value), C.byref(blob))
        else:
            status = library.ndr_codec_push_type(self.codec, None, self.type, flags, self.level, C.c_void_p(value), C.byref(blob))
        if status:
            raise self.fail("push")
        data = C.string_at(blob.data, blob.length) if blob.length else b""
        library._talloc_free(C.c_void_p(blob.data), b"properties")
        return data

    def pull(self, flags, data, request, context):
        """The C structure that the bytes make; a response goes to the structure of its request."""
        memory = C.create_string_buffer(self.size + 8)
        value, library = C.addressof(memory), self.library
        flags |= REF_ALLOC
        if request is not None and library.ndr_codec_pull_call(
                self.codec, context, self.index, IN | flags, request, C.c_size_t(len(request)), C.c_void_p(value)):
            raise self.fail("pull of the request")
        if self.direction:
            status = library.ndr_codec_pull_call(self.codec, context, self.index, self.direction | flags, data,
                                                 C.c_size_t(len(data)), C.c_void_p(value))
        else:
            status = library.ndr_codec_pull_type(self.codec, context, self.type, flags, self.level, data,
                                                 C.c_size_t(len(data)), C.c_void_p(value))
        if status:
            raise self.fail("pull")
        return memory

    def print(self, value):
        if self.direction:
            text = self.library.ndr_codec_print_call(self.codec, None, self.index, self.direction, value)
        else:
            text = self.library.ndr_codec_print_type(self.codec, None, self.type, b"value", 0, self.level, value)
        if not text:
            raise Broken("does not print")
        result = C.string_at(text)
        self.library._talloc_free(C.c_void_p(text), b"properties")
        return result

    def check(self, value, request):
        """request: the [in] half, pushed in an encoding, which a response is read with."""
        context = C.c_void_p(self.library.talloc_named_const(None, C.c_size_t(0), b"properties"))
        texts, reference = set(), None
        for encoding, flags in ENCODINGS:
            try:
                before = request(flags) if request else None
                data = self.push(flags, value)
                pulled = self.pull(flags, data, before, context)
                again = self.push(flags, C.addressof(pulled))
                if again != data:
                    at = next((i for i, (a, b) in enumerate(zip(data, again)) if a != b), min(len(data), len(again)))
                    raise Broken("%d bytes, then %d, different from byte %d: %s, then %s"
                                 % (len(data), len(again), at, data[at:at + 8].hex(), again[at:at + 8].hex()))
                if self.name in REMAINING and flags & NDR64:
                    self.print(pulled)
                    continue
                texts.add(self.print(pulled))
                first = self.push(0, C.addressof(pulled))
                reference = first if reference is None else reference
                if first != reference or len(texts) != 1:
                    raise Broken("reads otherwise than in NDR32")
                self.cut(flags, data, before, context)
            except Broken as error:
                raise Broken("%s: %s" % (encoding, error))
        self.library._talloc_free(context, b"properties")

    def cut(self, flags, data, before, context):
        if not data or not self.direction:  # a type may end in what takes all that is there
            return
        try:
            self.pull(flags, data[:-1], before, context)
        except Broken:
            return
        raise Broken("one byte less is read too")


def levels(table, record):
    arms = [table.members[i] for i in range(record.first, record.first + record.count)]
    return [a.label for a in arms if not a.flags & M_DEFAULT] or [0]


def check_call(library, codec, table, index):
    name, done, reason = table.calls[index].name.decode(), 0, None
    for seed in range(ROUNDS):
        filler = Filler(table, "%s %d" % (name, seed))
        try:
            base = filler.call(index)
        except Unfillable as error:
            reason = error
            continue
        request = Subject(library, codec, table, index, IN)
        request.check(base, None)
        Subject(library, codec, table, index, OUT).check(base, lambda flags: request.push(flags, base))
        done += 1
    if not done:
        raise Unfillable(reason)


def check_type(library, codec, table, index):
    record, done, reason = table.types[index], 0, None
    if C.string_at(table.strings + record.name).decode() in OWN_SIZES:
        raise Unfillable("its size is the caller's to say, and has to fit")
    for level in levels(table, record) if record.kind == UNION else [0]:
        for seed in range(ROUNDS):
            subject = Subject(library, codec, table, index, level=level)
            filler = Filler(table, "%s %d %d" % (subject.name, level, seed))
            address = filler.allocate(record.c_size)
            try:
                filler.fill(index, address, address, 1, level)
            except Unfillable as error:
                reason = error
                continue
            subject.check(address, None)
            done += 1
    if not done:
        raise Unfillable(reason)


def main():
    library, exported, names = load(sys.argv[1])
    counts = {"passed": 0, "failed": 0, "skipped": 0}
    seen = set()

    def run(name, check, *arguments):
        try:
            check(*arguments)
            counts["passed"] += 1
        except Unfillable as error:
            counts["skipped"] += 1
            print("skip property %s: no value: %s" % (name, error))
        except Broken as error:
            counts["failed"] += 1
            print("FAIL property %s: %s" % (name, error), flush=True)

    for table_name in names:
        if sys.argv[2:] and table_name not in sys.argv[2:]:
            continue
        table, codec = Interface.in_dll(exported, "ndr_table_" + table_name), C.c_void_p()
        if library.ndr_codec_create(None, C.byref(table), C.byref(codec)):
            counts["failed"] += 1
            print("FAIL the table %s is refused" % table_name)
            continue
        for index in range(table.num_calls):
            if not table.calls[index].flags & NOCALL:
                run(table.calls[index].name.decode(), check_call, library, codec, table, index)
        for index in range(table.num_types):
            record = table.types[index]
            name = C.string_at(table.strings + record.name).decode()
            if record.kind in (STRUCT, UNION) and name and name not in seen:
                seen.add(name)
                run(name, check_type, library, codec, table, index)
    print("properties: %d functions and types of %d tables, %d values each, in 4 encodings" % (
        counts["passed"] + counts["failed"], len(names), ROUNDS))
    print("%(passed)d passed, %(failed)d failed, %(skipped)d skipped" % counts)
    return counts["failed"] != 0


if __name__ == "__main__":
    sys.exit(main())
