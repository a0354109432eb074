# SPDX-License-Identifier: LGPL-3.0-or-later
"""idl_crosscheck.py PREFIX: every function of the shipped interfaces that Samba's Python modules know, both directions, NDR32,
NDR64 and big-endian. Random values that we write are read by Samba's libndr, printed by both to the same text, and
written back by both to the same bytes. Then the structures that both have a name for. One line a function or structure."""
import ctypes as C
import importlib
import os
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()
from ndr_tables import Filler, Interface, Unfillable  # noqa: E402

ROUNDS = int(os.environ.get("CROSSCHECK_ROUNDS", "6"))
IN, OUT, NDR64, BIG_ENDIAN, REF_ALLOC = 1, 2, 0x100, 0x200, 0x400
SYNTAXES = [("ndr32", 0, {}), ("ndr64", NDR64, {"ndr64": True}), ("big-endian", BIG_ENDIAN, {"bigendian": True})]
# table, Samba's module
INTERFACES = [("atsvc", "atsvc"), ("initshutdown", "initshutdown"), ("lsarpc", "lsa"), ("mgmt", "mgmt"),
              ("netlogon", "netlogon"), ("rpcecho", "echo"), ("samr", "samr"), ("srvsvc", "srvsvc"),
              ("krb5pac", "krb5pac"), ("svcctl", "svcctl"), ("winreg", "winreg"), ("witness", "witness"), ("wkssvc", "wkssvc")]
# What differs, and why it is Samba that is different.
ANSI = "declared with characters of one byte, as [MS-SCMR] has them, and Samba with UTF-16"
EXCEPTIONS = dict.fromkeys(
    ["svcctl_EnumDependentServicesA", "svcctl_EnumServicesStatusA", "svcctl_OpenSCManagerA", "svcctl_OpenServiceA",
     "svcctl_QueryServiceConfigA", "svcctl_QueryServiceLockStatusA", "svcctl_StartServiceA",
     "svcctl_GetServiceDisplayNameA", "svcctl_GetServiceKeyNameA", "svcctl_QueryServiceConfig2A",
     "EnumServicesStatusExA"], ANSI)
EXCEPTIONS.update(dict.fromkeys(["PAC_BUFFER_RAW", "PAC_DATA_RAW"], "its size is the caller's to say, and has to fit"))
EXCEPTIONS.update(dict.fromkeys(
    ["witness_AsyncNotify", "witness_notifyResponse", "netr_DatabaseRedo"],
    "the content is bytes, as in the document, and structures in Samba, which random bytes are not"))
EXCEPTIONS.update(dict.fromkeys(["svcctl_ChangeServiceConfigA", "svcctl_CreateServiceA"], ANSI))
EXCEPTIONS.update(dict.fromkeys(["svcctl_ChangeServiceConfig2A", "svcctl_ChangeServiceConfig2W"],
                                "a structure, as [MS-SCMR] has it, and in Samba a byte"))
EXCEPTIONS["mgmt_inq_princ_name"] = "a [string] with size_is is written in its whole size, and by Samba in its length"


class Blob(C.Structure):
    _fields_ = [("data", C.c_void_p), ("length", C.c_size_t)]


class Difference(Exception):
    pass


class Codec:
    def __init__(self, library, table):
        self.library, self.table = library, table
        codec = C.c_void_p()
        status = library.ndr_codec_create(None, C.byref(table), C.byref(codec))
        if status:
            raise Difference("the table is refused, status %08x" % (status & 0xFFFFFFFF))
        self.codec = codec

    def fail(self, what):
        return Difference("%s: %s" % (what, self.library.ndr_codec_error_string(self.codec).decode()))

    def push(self, index, flags, base):
        blob = Blob()
        if self.library.ndr_codec_push_call(self.codec, None, index, flags, C.c_void_p(base), C.byref(blob)):
            raise self.fail("we cannot write")
        data = C.string_at(blob.data, blob.length) if blob.length else b""
        self.library._talloc_free(C.c_void_p(blob.data), b"crosscheck")
        return data

    def pull(self, index, flags, data, base):
        context = self.library.talloc_named_const(None, 0, b"crosscheck")
        if self.library.ndr_codec_pull_call(self.codec, C.c_void_p(context), index, flags, data, len(data), C.c_void_p(base)):
            raise self.fail("we cannot read what Samba wrote")
        return context

    def text(self, index, flags, base):
        pointer = self.library.ndr_codec_print_call(self.codec, None, index, flags, C.c_void_p(base))
        value = C.string_at(pointer).decode()
        self.library._talloc_free(C.c_void_p(pointer), b"crosscheck")
        return value


def load(prefix):
    # In this order: the second needs the first, which it finds as loaded.
    C.CDLL(prefix + "/lib/libdcerpcswift.so.%s" % os.path.realpath(prefix + "/lib/libdcerpcswift.so").split(".so.")[1][0])
    library = C.CDLL(prefix + "/lib/libdcerpcswift-idl.so")
    library.ndr_codec_error_string.restype = C.c_char_p
    library.ndr_codec_print_call.restype = C.c_void_p
    library.talloc_named_const.restype = C.c_void_p
    return library


def same(what, ours, theirs):
    if ours == theirs:
        return
    if isinstance(ours, bytes):
        at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
        raise Difference("%s differ at byte %d of %d and %d: %s, Samba %s" % (
            what, at, len(ours), len(theirs), ours[at:at + 8].hex(), theirs[at:at + 8].hex()))
    lines = [(a, b) for a, b in zip(ours.splitlines(), theirs.splitlines()) if a != b]
    a, b = lines[0] if lines else ("%d lines" % ours.count("\n"), "%d lines" % theirs.count("\n"))
    raise Difference("%s: %r, Samba %r" % (what, a.strip(), b.strip()))


def dedent(text):
    """Dumps of bytes stand at the left border, whatever is around them."""
    lines = text.splitlines()
    least = min((len(line) - len(line.lstrip()) for line in lines if line.startswith(" ")), default=0)
    return "\n".join(line[least:] if line.startswith(" ") else line for line in lines)


def theirs(what, function, *arguments, **keywords):
    try:
        return function(*arguments, **keywords)
    except Exception as error:  # whatever the binding raises
        raise Difference("Samba cannot %s: %s" % (what, error))


def check_direction(codec, index, base, call, their_class, flag, suffix, name, flags, keywords):
    request = codec.push(index, IN | flags, base)
    data = request if flag == IN else codec.push(index, flag | flags, base)
    value = their_class()
    theirs("read our [in]", value.__ndr_unpack_in__, request, **keywords)
    if flag == OUT:
        theirs("read our [out]", value.__ndr_unpack_out__, data, **keywords)
    back = theirs("write", getattr(value, "__ndr_pack_%s__" % suffix), **keywords)
    same("bytes [%s]" % suffix, data, back)
    # What Samba wrote, read by us, is what we started from; and prints as Samba prints it.
    memory = C.create_string_buffer(max(call.struct_size, 1) + 8)
    address = C.addressof(memory)
    context = codec.pull(index, IN | flags | REF_ALLOC, request, address)
    contexts = [context]
    if flag == OUT:
        contexts.append(codec.pull(index, OUT | flags | REF_ALLOC, back, address))
    # The first line is the name, to which the binding adds the direction; and it starts at another depth.
    ours, text = codec.text(index, flag, address), getattr(value, "__ndr_print_%s__" % suffix)()
    same("text [%s]" % suffix, *(dedent(x.partition("\n")[2]) for x in (ours, text)))
    same("bytes again [%s]" % suffix, codec.push(index, flag | flags, address), data)
    for c in contexts:
        codec.library._talloc_free(C.c_void_p(c), b"crosscheck")


def check_call(codec, index, their_class, name):
    call = codec.table.calls[index]
    done = 0
    for seed in range(ROUNDS):
        filler = Filler(codec.table, "%s %d" % (name, seed))
        try:
            base = filler.call(index)
        except Unfillable as error:
            if seed == ROUNDS - 1 and not done:
                return "skip %s: %s" % (name, error)
            continue
        done += 1
        for syntax, flags, keywords in SYNTAXES:
            for flag, suffix in ((IN, "in"), (OUT, "out")):
                try:
                    check_direction(codec, index, base, call, their_class, flag, suffix, name, flags, keywords)
                except Difference as error:
                    return "not ok %s: %s, seed %d: %s" % (name, syntax, seed, error)
    return "ok %s" % name


def push_type(codec, name, flags, address):
    blob = Blob()
    if codec.library.ndr_codec_push_type(codec.codec, None, name, flags, C.c_int64(0), C.c_void_p(address), C.byref(blob)):
        raise codec.fail("we cannot write")
    data = C.string_at(blob.data, blob.length) if blob.length else b""
    codec.library._talloc_free(C.c_void_p(blob.data), b"crosscheck")
    return data


def check_type(codec, index, their_class, name):
    """A structure by itself, as blobs have it: what we write Samba reads and writes back, and so do we. In NDR32, for Samba's
    binding has no other."""
    library, record = codec.library, codec.table.types[index]
    for seed in range(ROUNDS):
        filler = Filler(codec.table, "%s %d" % (name, seed))
        address = filler.allocate(record.c_size)
        try:
            filler.fill(index, address, address, 1)
        except Unfillable as error:
            return "skip crosscheck %s: %s" % (name, error)
        try:
            data = push_type(codec, name.encode(), 0, address)
            value = their_class()
            theirs("read ours", value.__ndr_unpack__, data)
            same("bytes", data, theirs("write", value.__ndr_pack__))
            memory = C.create_string_buffer(record.c_size + 8)
            context = library.talloc_named_const(None, 0, b"crosscheck")
            if library.ndr_codec_pull_type(codec.codec, C.c_void_p(context), name.encode(), 0, C.c_int64(0), data,
                                           C.c_size_t(len(data)), memory):
                raise codec.fail("we cannot read")
            same("bytes again", push_type(codec, name.encode(), 0, C.addressof(memory)), data)
            library._talloc_free(C.c_void_p(context), b"crosscheck")
        except Difference as error:
            return "not ok crosscheck %s: seed %d: %s" % (name, seed, error)
    return "ok crosscheck %s" % name


def check_types(codec, module, seen):
    failed = False
    for index in range(codec.table.num_types):
        record = codec.table.types[index]
        name = C.string_at(codec.table.strings + record.name).decode()
        their_class = getattr(module, name, None) or getattr(module, name.partition("_")[2], None)
        if record.kind != 4 or not name or name in seen or not hasattr(their_class, "__ndr_pack__"):
            continue
        seen.add(name)
        if name in EXCEPTIONS:
            print("skip crosscheck %s: %s" % (name, EXCEPTIONS[name]))
            continue
        line = check_type(codec, index, their_class, name)
        failed |= line.startswith("not ok")
        print(line, flush=True)
    return failed


def main():
    library = load(sys.argv[1])
    only = sys.argv[2:]
    failed, seen = False, set()
    for table_name, module_name in INTERFACES:
        module = importlib.import_module("samba.dcerpc." + module_name)
        table = Interface.in_dll(library, "ndr_table_" + table_name)
        codec = Codec(library, table)
        for index in range(table.num_calls):
            function = table.calls[index].name.decode()
            if table.calls[index].flags & 2 or only and function not in only and table_name not in only:
                continue
            their_class = getattr(module, function, None) or getattr(module, function.partition("_")[2], None)
            name = "crosscheck %s" % function
            if their_class is None or not hasattr(their_class, "__ndr_pack_in__"):
                continue
            if function in EXCEPTIONS:
                print("skip %s: %s" % (name, EXCEPTIONS[function]))
                continue
            line = check_call(codec, index, their_class, name)
            failed |= line.startswith("not ok")
            print(line, flush=True)
        if not only or table_name in only:
            failed |= check_types(codec, module, seen)
    sys.exit(failed)


if __name__ == "__main__":
    main()
