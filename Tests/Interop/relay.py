# SPDX-License-Identifier: LGPL-3.0-or-later
"""relay.py ADDRESS SOCKET - lets TCP clients talk to a Unix socket. Prints the port, and ends with its standard input."""

import asyncio
import sys


async def copy(reader, writer):
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()


async def serve(reader, writer):
    there, back = await asyncio.open_unix_connection(sys.argv[2])
    try:
        await asyncio.gather(copy(reader, back), copy(there, writer))
    except ConnectionError:
        writer.close()
        back.close()


async def main():
    server = await asyncio.start_server(serve, sys.argv[1], 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
