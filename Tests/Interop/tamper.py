# SPDX-License-Identifier: LGPL-3.0-or-later
"""tamper.py ADDRESS PORT WHAT - somebody between a client and the server at ADDRESS[PORT]: passes PDUs on, prints the
port that it listens at, and does WHAT, once for each connection:

  nothing | request-stub | request-header | request-signature | request-twice
          | reply-stub   | reply-header   | reply-signature   | reply-bare     reply-bare: without its trailer
"""

import socket
import struct
import sys
import threading

ADDRESS, PORT, WHAT = sys.argv[1], int(sys.argv[2]), sys.argv[3]
REQUEST, RESPONSE = 0, 2
FIRST_STUB_BYTE = 24


def pdus(source):
    """The PDUs that come, whole."""
    data = b""
    while True:
        more = source.recv(65536)
        if not more:
            return
        data += more
        while len(data) >= 16:
            length = struct.unpack_from("<H", data, 8)[0]
            if len(data) < length:
                break
            yield bytearray(data[:length])
            data = data[length:]


def changed(pdu, how):
    auth_length = struct.unpack_from("<H", pdu, 10)[0]
    if how == "stub":
        pdu[FIRST_STUB_BYTE] ^= 1
    elif how == "header":
        # cancel_count or the second byte of the context id: only a signature over headers covers them.
        pdu[22] ^= 1
    elif how == "signature":
        pdu[-1] ^= 1
    elif how == "twice":
        return pdu + pdu
    elif how == "bare":
        trailer = len(pdu) - auth_length - 8
        pdu = pdu[:trailer - pdu[trailer + 2]]
        struct.pack_into("<HH", pdu, 8, len(pdu), 0)
    return pdu


def carry(source, target, kind, how):
    done = not how
    try:
        for pdu in pdus(source):
            if not done and pdu[2] == kind and struct.unpack_from("<H", pdu, 10)[0] > 0:
                done = True
                pdu = changed(pdu, how)
            target.sendall(pdu)
    except OSError:
        pass
    for end in (source, target):
        try:
            end.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


side, _, how = WHAT.partition("-")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    client = listener.accept()[0]
    server = socket.create_connection((ADDRESS, PORT))
    threading.Thread(target=carry, args=(client, server, REQUEST, how if side == "request" else ""), daemon=True).start()
    threading.Thread(target=carry, args=(server, client, RESPONSE, how if side == "reply" else ""), daemon=True).start()
