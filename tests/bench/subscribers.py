"""Many WebSocket clients of one stream in a process of their own, cheap enough to leave the server its core.

    python subscribers.py PORT TOPIC CLIENTS SECONDS

Says `ready` once all are subscribed, then reads until the stream's end (SECONDS at most), and writes one JSON object:
`frames`, a list for each client of `[first offset, number of lines, arrival in microseconds since the epoch]`.
"""

import asyncio
import json
import os
import resource
import struct
import sys
import time

_CONNECT_AT_ONCE = 50


class Client(asyncio.Protocol):
    """Speaks just enough WebSocket: text frames in, one subscription out."""

    def __init__(self, port: int, topic: str, subscribed: asyncio.Future[None], ended: asyncio.Future[None]) -> None:
        self.frames: list[tuple[int, int, int]] = []
        self._port, self._topic = port, topic
        self._subscribed, self._ended = subscribed, ended
        self._buffer = bytearray()
        self._open = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport
        transport.write(
            f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def connection_lost(self, error: Exception | None) -> None:
        for waiting in (self._subscribed, self._ended):
            if not waiting.done():
                waiting.set_exception(error or ConnectionError("the server closed the socket"))

    def data_received(self, data: bytes) -> None:
        now = time.time_ns() // 1000
        buffer = self._buffer
        buffer += data
        if not self._open:
            head, found, rest = buffer.partition(b"\r\n\r\n")
            if not found:
                return
            if b" 101 " not in head.split(b"\r\n")[0]:
                raise ConnectionError(head.decode())
            self._open = True
            buffer[:] = rest
            self._send({"op": "subscribe", "topic": self._topic, "after": -1})
        while (frame := self._next_frame()) is not None:
            self._take(frame, now)

    def _next_frame(self) -> bytes | None:
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        size, start = buffer[1], 2
        if size == 126:
            start = 4
        elif size == 127:
            start = 10
        if len(buffer) < start:
            return None
        if start > 2:
            size = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + size:
            return None
        text = bytes(buffer[start : start + size]) if buffer[0] & 0x0F == 1 else b""
        del buffer[: start + size]
        return text

    def _take(self, text: bytes, now: int) -> None:
        if text.startswith(b'{"type":"batch"'):
            start = int(text[text.index(b'"from":') + 7 : text.index(b',"items":')])
            self.frames.append((start, text.count(b'{"offset":'), now))
        elif text.startswith(b'{"type":"subscribed"') and not self._subscribed.done():
            self._subscribed.set_result(None)
        elif text.startswith(b'{"type":"end"') and not self._ended.done():
            self._ended.set_result(None)
        elif text.startswith((b'{"type":"error"', b'{"type":"resync"')):
            raise ConnectionError(text.decode())

    def _send(self, message: object) -> None:
        payload = json.dumps(message).encode()
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        size = bytes([0x80 | len(payload)]) if len(payload) < 126 else struct.pack("!BH", 0x80 | 126, len(payload))
        self._transport.write(b"\x81" + size + mask + masked)


async def main(port: int, topic: str, count: int, seconds: float) -> None:
    loop = asyncio.get_running_loop()
    clients: list[Client] = []
    ends: list[asyncio.Future[None]] = []
    while len(clients) < count:
        subscribed = []
        for _ in range(min(_CONNECT_AT_ONCE, count - len(clients))):
            subscribed.append(loop.create_future())
            ends.append(loop.create_future())
            client = Client(port, topic, subscribed[-1], ends[-1])
            await loop.create_connection(lambda client=client: client, "127.0.0.1", port)
            clients.append(client)
        await asyncio.wait_for(asyncio.gather(*subscribed), 30)
    print("ready", flush=True)
    done, waiting = await asyncio.wait(ends, timeout=seconds)
    failed = [str(end.exception()) for end in done if end.exception() is not None]
    answer = {"frames": [client.frames for client in clients], "unfinished": len(waiting), "failed": failed}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    import uvloop

    uvloop.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))
