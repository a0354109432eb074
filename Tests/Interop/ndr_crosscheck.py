# SPDX-License-Identifier: LGPL-3.0-or-later
"""ndr_crosscheck.py PREFIX [TABLE...]: the shipped interfaces against impacket and scapy, which have some of them. Random
arguments that we write are read by the other, which writes them again; what we read from that and write must be our bytes. In
NDR32 and, where both have a function and agree about it, in NDR64. One line a function: ok, not ok, or skip with the reason.
AGREED is a file with the names of functions about which libndr and we agree, in both syntaxes: where another does not, it is
that one's definition or its reader that is different."""
import ctypes as C
import importlib
import logging
import os
import sys
import warnings

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)
from idl_crosscheck import IN, NDR64, OUT, REF_ALLOC, Codec, Difference, load  # noqa: E402
from ndr_tables import Filler, Interface, Unfillable  # noqa: E402

ROUNDS = 3
# table, impacket's modules, scapy's
INTERFACES = [("atsvc", ["atsvc"], None), ("drsuapi", ["drsuapi"], "ms_drsr"), ("dssetup", ["dssp"], None),
              ("mgmt", ["mgmt"], None), ("eventlog", ["even"], None), ("lsarpc", ["lsad", "lsat"], None),
              ("netlogon", ["nrpc"], "ms_nrpc"), ("samr", ["samr"], "ms_samr"), ("srvsvc", ["srvs"], "ms_srvs"),
              ("svcctl", ["scmr"], None), ("winreg", ["rrp"], "ms_rrp"), ("wkssvc", ["wkst"], "ms_wkst")]
# What Samba has no module for to compare.
ALONE = dict.fromkeys(
    ["eventlog_OpenEventLogW", "eventlog_RegisterEventSourceW", "eventlog_OpenBackupEventLogW"],
    "EVENTLOG_HANDLE_W leads to a string in impacket, and to two characters in Samba's IDL and here")
ALONE["eventlog_ReportEventW"] = "its strings are structures in impacket, and pointers to them in Samba's IDL and here"
ALONE["netr_DatabaseRedo"] = "impacket reads the request as it is, and scapy the response, which has the deltas of DatabaseSync"
ALONE["svcctl_ChangeServiceConfig2W"] = "a BOOLEAN has four bytes in impacket, and actions that are not there count as none"
ALONE["drsuapi_DsBind"] = "impacket leaves out the gap behind a conformant structure, and scapy its content"
ALONE["dssetup_DsRoleGetPrimaryDomainInformation"] = "impacket aligns the arm of a union as [ms_union] does; Samba's IDL does not"


class Impacket:
    def __init__(self, modules):
        self.opnums = {}
        for name in modules:
            self.opnums.update(getattr(importlib.import_module("impacket.dcerpc.v5." + name), "OPNUMS", {}))

    def has(self, opnum):
        return opnum in self.opnums

    def again(self, opnum, flag, ndr64, data):
        return self.opnums[opnum][flag != IN](data, isNDR64=ndr64).getData()


class Scapy:
    def __init__(self, module, uuid):
        from scapy.layers import dcerpc
        importlib.import_module("scapy.layers.msrpce.raw." + module)
        self.opnums = next((i.opnums for i in dcerpc.DCE_RPC_INTERFACES.values() if str(i.uuid) == uuid), {})

    def has(self, opnum):
        return opnum in self.opnums

    def again(self, opnum, flag, ndr64, data):
        operation = self.opnums[opnum]
        packet = (operation.request if flag == IN else operation.response)(data, ndr64=ndr64)
        packet.clear_cache()
        return bytes(packet)


def uuid_of(table):
    words = bytes(table.syntax_id)
    d1, d2, d3 = (int.from_bytes(words[a:b], "little") for a, b in ((0, 4), (4, 6), (6, 8)))
    return "%08x-%04x-%04x-%s-%s" % (d1, d2, d3, words[8:10].hex(), words[10:16].hex())


def check(codec, peer, index, flag, flags, base):
    """None, or why what the peer made of our bytes is not what we wrote."""
    request = codec.push(index, IN | flags, base)
    data = request if flag == IN else codec.push(index, OUT | flags, base)
    try:
        back = peer.again(index, flag, bool(flags & NDR64), data)
    except Exception as error:  # whatever it raises
        return "cannot read it: %s %s" % (type(error).__name__, str(error)[:60])
    memory = C.create_string_buffer(max(codec.table.calls[index].struct_size, 1) + 8)
    address = C.addressof(memory)
    contexts = []
    try:
        if flag == OUT:
            contexts.append(codec.pull(index, IN | flags | REF_ALLOC, request, address))
        contexts.append(codec.pull(index, flag | flags | REF_ALLOC, back, address))
        again = codec.push(index, flag | flags, address)
    except Difference as error:
        return "we cannot read what it makes of it: %s" % error
    finally:
        for context in contexts[1:]:
            codec.library._talloc_free(C.c_void_p(context), b"crosscheck")
    return None if again == data else "%d bytes became other %d" % (len(data), len(again))


def values(codec, name, index):
    for seed in range(ROUNDS):
        filler = Filler(codec.table, "crosscheck %s %d" % (name, seed))
        try:
            base = filler.call(index)
            for flag in (IN, OUT):  # a number of which more is asked than that it counts something
                codec.push(index, flag, base)
            yield filler, base
        except (Unfillable, Difference):
            continue


def call(codec, peers, name, index):
    """For each peer and syntax: None, a reason, or nothing where no value was found."""
    found = {}
    for filler, base in values(codec, name, index):
        for peer_name, peer in peers.items():
            for flags in (0, NDR64):
                for flag in (IN, OUT):
                    key = (peer_name, flags)
                    if found.get(key) is None:
                        found[key] = check(codec, peer, index, flag, flags, base)
    return found


def agreed():
    path = os.environ.get("AGREED")
    return set(open(path).read().split("\n")) if path else set()


def main():
    known = agreed()
    library = load(sys.argv[1])
    only, failed = sys.argv[2:], False
    for table_name, modules, scapy_module in INTERFACES:
        if only and table_name not in only:
            continue
        table = Interface.in_dll(library, "ndr_table_" + table_name)
        codec = Codec(library, table)
        all_peers = {"impacket": Impacket(modules)}
        if scapy_module:
            all_peers["scapy"] = Scapy(scapy_module, uuid_of(table))
        for index in range(table.num_calls):
            name = table.calls[index].name.decode()
            peers = {n: p for n, p in all_peers.items() if p.has(index)}
            if table.calls[index].flags & 2 or not peers:
                continue
            found = call(codec, peers, name, index)
            for label, flags in (("ndr32", 0), ("ndr64", NDR64)):
                verdicts = {n: found[n, flags] for n in peers if (n, flags) in found}
                wrong = ["%s: %s" % (n, v) for n, v in verdicts.items() if v]
                line = "%s %s with %s" % (label, name, " and ".join(verdicts))
                if not verdicts:
                    print("skip %s: no value" % line)
                elif not wrong and (flags == 0 or len(verdicts) == 2):
                    print("ok %s" % line)
                elif not wrong:
                    print("skip %s: it is alone" % line)
                elif len(wrong) < len(verdicts) or flags and len(verdicts) < 2:
                    print("skip %s: they do not agree, %s" % (line, "; ".join(wrong)))
                elif name in known:
                    print("skip %s: libndr agrees with us, %s" % (line, "; ".join(wrong)))
                elif name in ALONE:
                    print("skip %s: %s" % (line, ALONE[name]))
                else:
                    failed = True
                    print("not ok %s: %s" % (line, "; ".join(wrong)))
                sys.stdout.flush()
    sys.exit(failed)


if __name__ == "__main__":
    main()
