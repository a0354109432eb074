# SPDX-License-Identifier: LGPL-3.0-or-later
"""impacket_client.py ADDRESS - lists a server's endpoint map and calls its rpcecho. One line a check."""

import struct
import sys

from impacket.dcerpc.v5 import epm, transport
from impacket.dcerpc.v5.rpcrt import DCERPCException
from impacket.uuid import uuidtup_to_bin

ADDRESS = sys.argv[1]
RPCECHO = uuidtup_to_bin(("60a15ec5-4de8-11d7-a637-005056a20182", "1.0"))
ADD_ONE, ECHO_DATA, UNKNOWN_OPNUM = 0, 1, 99
NDR = ("8a885d04-1ceb-11c9-9fe8-08002b104860", "2.0")
NDR64 = ("71710533-beba-4937-8319-b5dbef9ccc36", "1.0")
failed = False


def check(name, good, reason):
    global failed
    failed = failed or not good
    print("ok " + name if good else "not ok %s: %s" % (name, reason), flush=True)


def connect(binding, syntax=NDR):
    rpc = transport.DCERPCTransportFactory(binding).get_dce_rpc()
    rpc.connect()
    rpc.bind(RPCECHO, transfer_syntax=syntax)
    return rpc


def call(rpc, opnum, stub):
    rpc.call(opnum, stub)
    return rpc.recv()


def counted(data, syntax):
    """The [in] side of EchoData: a length and a conformant array."""
    return struct.pack("<I", len(data)) + (b"\0\0\0\0" + struct.pack("<Q", len(data)) if syntax == NDR64
                                           else struct.pack("<I", len(data))) + data


def echo(binding, syntax, name):
    rpc = connect(binding, syntax)
    answers = [struct.unpack("<I", call(rpc, ADD_ONE, struct.pack("<I", n)))[0] for n in range(1000, 1100)]
    check("%s AddOne" % name, answers == list(range(1001, 1101)), answers)
    for size in (1, 4096, 100000):
        data = bytes(i % 251 for i in range(size))
        header = 8 if syntax == NDR64 else 4
        answer = call(rpc, ECHO_DATA, counted(data, syntax))
        check("%s EchoData %d" % (name, size), answer[header:header + size] == data, "%d bytes" % len(answer))
    try:
        call(rpc, UNKNOWN_OPNUM, b"")
        check("%s unknown opnum" % name, False, "answered")
    except DCERPCException as error:
        check("%s unknown opnum" % name, "nca_s_op_rng_error" in str(error), error)
    check("%s after the fault" % name, call(rpc, ADD_ONE, struct.pack("<I", 1)) == struct.pack("<I", 2), "no answer")
    rpc.disconnect()


def main():
    entries = epm.hept_lookup(ADDRESS)
    listed = [epm.PrintStringBinding(entry["tower"]["Floors"]) for entry in entries]
    uuids = {entry["tower"]["Floors"][0].__str__() for entry in entries}
    for text in listed:
        print("#", text)
    check("endpoint map", len(entries) > 0, "no entry")
    check("rpcecho in the map", any("60A15EC5-4DE8-11D7-A637-005056A20182" in uuid.upper() for uuid in uuids), uuids)
    binding = epm.hept_map(ADDRESS, RPCECHO, protocol="ncacn_ip_tcp")
    check("ept_map", binding.startswith("ncacn_ip_tcp:%s[" % ADDRESS), binding)
    echo(binding, NDR, "NDR")
    echo(binding, NDR64, "NDR64")


try:
    main()
except Exception as error:  # whatever impacket raises is a failed check
    check("client", False, "%s: %s" % (type(error).__name__, error))
sys.exit(failed)
