"""A synthetic model server for load: known words at a known pace, each word stamped with the time it left.

Raw asyncio, so that on a small machine its own cost stays small beside the system under test. The prompt says
`<tokens> <pace in ms> <gate>`; all requests of one gate begin to speak together once `/open/<gate>` is posted
(gate `-`: at once). Word i of a reply is `w<i>:<microseconds>`, so a reader can check order and lateness.
"""

import argparse
import asyncio
import json
import re
import time

PROMPT = re.compile(rb"BENCH (\d+) (\d+(?:\.\d+)?) (\S+) END")
HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
    b"Transfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n"
)
END = (
    b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    b'data: {"choices":[],"usage":{"prompt_tokens":10,"completion_tokens":%d}}\n\ndata: [DONE]\n\n'
)
TOKEN = (
    b'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"bench",'
    b'"choices":[{"index":0,"delta":{"content":"w%d:%d "},"finish_reason":null}]}\n\n'
)


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


class Server:
    """Counts what waits at each gate."""

    def __init__(self) -> None:
        self.gates: dict[bytes, asyncio.Event] = {}
        self.waiting = 0

    def gate(self, name: bytes) -> asyncio.Event:
        return self.gates.setdefault(name, asyncio.Event())

    async def connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while await self.request(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def request(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
        body = await reader.readexactly(int(length[1])) if length else b""
        path = head.split(b" ", 2)[1]
        if path.startswith(b"/open/"):
            self.gate(path[6:]).set()
            return await plain(writer, b"{}")
        if path == b"/waiting":
            return await plain(writer, b"%d" % self.waiting)
        if path == b"/v1/models":
            return await plain(writer, b'{"object":"list","data":[{"id":"bench","max_model_len":131072}]}')
        if path != b"/v1/chat/completions":
            return await plain(writer, b"{}")
        found = PROMPT.findall(body)
        tokens, pace, gate = found[-1] if found else (b"4", b"0", b"-")
        await self.speak(writer, int(tokens), float(pace) / 1000, gate)
        return True

    async def speak(self, writer: asyncio.StreamWriter, tokens: int, pace: float, gate: bytes) -> None:
        writer.write(HEAD)
        if gate != b"-":
            self.waiting += 1
            await self.gate(gate).wait()
            self.waiting -= 1
        loop = asyncio.get_running_loop()
        begin = loop.time()
        for index in range(tokens):
            if pace and (wait := begin + index * pace - loop.time()) > 0:
                await asyncio.sleep(wait)
            writer.write(chunk(TOKEN % (index, time.time_ns() // 1000)))
            if not pace:
                await writer.drain()
        writer.write(chunk(END % tokens) + b"0\r\n\r\n")
        await writer.drain()


async def plain(writer: asyncio.StreamWriter, body: bytes) -> bool:
    writer.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
    )
    await writer.drain()
    return True


async def main() -> None:
    server = await asyncio.start_server(Server().connection, "127.0.0.1", 0, backlog=2048)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    import uvloop

    uvloop.run(main())
