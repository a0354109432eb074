# SPDX-License-Identifier: LGPL-3.0-or-later
"""relay.py ADDRESS SOCKET - lets TCP clients talk to a Unix socket, and prints the port; relay.py --listen SOCKET ADDRESS
PORT - lets clients of a Unix socket, which it makes and whose path it prints, talk to a TCP server. Ends with its
standard input."""

import asyncio
import sys


LISTENS = sys.argv[1] == "--listen"


async def copy(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(reader, writer):
    if LISTENS:
        there, back = await asyncio.open_connection(sys.argv[3], int(sys.argv[4]))
    else:
        there, back = await asyncio.open_unix_connection(sys.argv[2])
    try:
        await asyncio.gather(copy(reader, back), copy(there, writer))
    except ConnectionError:
        writer.close()
        back.close()


async def main():
    if LISTENS:
        server = await asyncio.start_unix_server(serve, sys.argv[2])
        print(sys.argv[2], flush=True)
    else:
        server = await asyncio.start_server(serve, sys.argv[1], 0)
        print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
