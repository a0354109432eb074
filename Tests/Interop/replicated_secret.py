# SPDX-License-Identifier: LGPL-3.0-or-later
"""replicated_secret.py DN COMMAND... - replicates one object with its secrets from a domain controller, through raw_client,
and decrypts the password with raw_client's session key. The checksum inside says whether that was the right one.

Samba's Python marshals; every byte on the wire is ours."""

import hashlib
import struct
import subprocess
import sys
import zlib

from samba import arcfour_encrypt
from samba.dcerpc import drsuapi, misc
from samba.ndr import ndr_pack_in, ndr_unpack_out

client = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def answer():
    line = client.stdout.readline().strip()
    if not line or line.startswith("error"):
        sys.exit("raw_client: " + line)
    return bytes.fromhex(line)


def call(function):
    client.stdin.write("%d %s\n" % (function.opnum(), ndr_pack_in(function).hex()))
    client.stdin.flush()
    ndr_unpack_out(function, answer())
    return function


session_key = answer()
bind = drsuapi.DsBind()
bind.in_bind_guid = misc.GUID(drsuapi.DRSUAPI_DS_BIND_GUID)
bind.in_bind_info = drsuapi.DsBindInfoCtr()
bind.in_bind_info.length = 28
bind.in_bind_info.info = drsuapi.DsBindInfo28()
bind.in_bind_info.info.supported_extensions = (
    drsuapi.DRSUAPI_SUPPORTED_EXTENSION_BASE | drsuapi.DRSUAPI_SUPPORTED_EXTENSION_STRONG_ENCRYPTION
    | drsuapi.DRSUAPI_SUPPORTED_EXTENSION_GETCHGREQ_V8 | drsuapi.DRSUAPI_SUPPORTED_EXTENSION_GETCHGREPLY_V6)
call(bind)

request = drsuapi.DsGetNCChangesRequest8()
request.naming_context = drsuapi.DsReplicaObjectIdentifier()
request.naming_context.dn = sys.argv[1]
request.highwatermark = drsuapi.DsReplicaHighWaterMark()
request.replica_flags = drsuapi.DRSUAPI_DRS_WRIT_REP | drsuapi.DRSUAPI_DRS_INIT_SYNC
request.max_object_count = 1
request.max_ndr_size = 402116
request.extended_op = drsuapi.DRSUAPI_EXOP_REPL_OBJ
changes = drsuapi.DsGetNCChanges()
changes.in_bind_handle = bind.out_bind_handle
changes.in_level = 8
changes.in_req = request
call(changes)

found = False
for attribute in changes.out_ctr.first_object.object.attribute_ctr.attributes:
    if attribute.attid != drsuapi.DRSUAPI_ATTID_unicodePwd:
        continue
    value = attribute.value_ctr.values[0].blob
    key = hashlib.md5(session_key + value[:16]).digest()
    plain = arcfour_encrypt(key, value[16:])
    found = len(plain) == 20 and zlib.crc32(plain[4:]) == struct.unpack("<I", plain[:4])[0]
client.stdin.close()
sys.exit(0 if found else "no password that the session key opens")
