# SPDX-License-Identifier: LGPL-3.0-or-later
"""impacket_matrix.py ADDRESS DOMAIN USER PASSWORD LEVEL - calls rpcecho of our server with NTLM; with "schannel LEVEL" in
the place of LEVEL establishes a secure channel as machine account USER first and calls over that; with "kerberos KDC
LEVEL" uses Kerberos in SPNEGO, the ADDRESS being the server's name. "ok" in the end."""

import struct
import sys

from impacket.dcerpc.v5 import epm, nrpc, transport
from impacket.dcerpc.v5 import rpcrt
from impacket.uuid import uuidtup_to_bin

ADDRESS, DOMAIN, USER, PASSWORD = sys.argv[1:5]
SCHANNEL = sys.argv[5] == "schannel"
KDC = sys.argv[6] if sys.argv[5] == "kerberos" else None
LEVEL = {"connect": rpcrt.RPC_C_AUTHN_LEVEL_CONNECT, "packet": rpcrt.RPC_C_AUTHN_LEVEL_PKT,
         "sign": rpcrt.RPC_C_AUTHN_LEVEL_PKT_INTEGRITY, "seal": rpcrt.RPC_C_AUTHN_LEVEL_PKT_PRIVACY}[sys.argv[-1]]
RPCECHO = uuidtup_to_bin(("60a15ec5-4de8-11d7-a637-005056a20182", "1.0"))


def connect(uuid):
    binding = epm.hept_map(ADDRESS, uuid, protocol="ncacn_ip_tcp")
    wire = transport.DCERPCTransportFactory(binding)
    wire.set_credentials(USER, PASSWORD, DOMAIN, "", "")
    if KDC:
        wire.setRemoteName(ADDRESS)
        wire.set_kerberos(True, KDC)
    rpc = wire.get_dce_rpc()
    rpc.connect()
    return rpc


def secure_channel():
    rpc = connect(nrpc.MSRPC_UUID_NRPC)
    rpc.bind(nrpc.MSRPC_UUID_NRPC)
    client = b"\x11\x22\x33\x44\x55\x66\x77\x88"
    computer = USER.rstrip("$")
    server = nrpc.hNetrServerReqChallenge(rpc, "\0", computer + "\0", client)["ServerChallenge"]
    key = nrpc.ComputeSessionKeyAES(PASSWORD, client, server)
    proof = nrpc.ComputeNetlogonCredentialAES(client, key)
    kind = nrpc.NETLOGON_SECURE_CHANNEL_TYPE.WorkstationSecureChannel
    answer = nrpc.hNetrServerAuthenticate3(rpc, "\0", USER + "\0", kind, computer + "\0", proof, 0x610fffff)
    assert answer["ServerCredential"] == nrpc.ComputeNetlogonCredentialAES(server, key), "the server's credential"
    return key


def main():
    key = secure_channel() if SCHANNEL else None
    rpc = connect(RPCECHO)
    rpc.set_auth_level(LEVEL)
    if KDC:
        rpc.set_auth_type(rpcrt.RPC_C_AUTHN_GSS_NEGOTIATE)
    if SCHANNEL:
        rpc.set_auth_type(rpcrt.RPC_C_AUTHN_NETLOGON)
        rpc.set_session_key(key)
        rpc.set_aes(True)
    rpc.bind(RPCECHO)
    for number in range(2, 12):
        rpc.call(0, struct.pack("<I", number))
        assert struct.unpack("<I", rpc.recv()[:4])[0] == number + 1, "AddOne"
    data = bytes(i % 251 for i in range(20000))
    rpc.call(1, struct.pack("<II", len(data), len(data)) + data)
    assert rpc.recv()[4:4 + len(data)] == data, "EchoData"
    print("ok")


try:
    main()
except Exception as error:
    print("%s: %s" % (type(error).__name__, error))
    sys.exit(1)
