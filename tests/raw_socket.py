"""A WebSocket client that behaves as badly as a test wants: it reads when and as fast as it is told, and can vanish."""

import base64
import json
import os
import socket
import struct
from typing import Any

_MASK = b"\0\0\0\0"


class RawSocket:
    """A connection to the event stream, of which nothing is read by itself."""

    def __init__(self, port: int, *, receive_buffer: int | None = None) -> None:
        """`receive_buffer`: how many bytes the kernel keeps for a reader that does not read."""
        self.connection = socket.socket()
        if receive_buffer is not None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.connection.settimeout(60)
        self.connection.connect(("127.0.0.1", port))
        key = base64.b64encode(os.urandom(16)).decode()
        self.connection.sendall(
            f"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while not answer.endswith(b"\r\n\r\n"):
            byte = self.connection.recv(1)
            if not byte:
                raise ConnectionError(f"the server hung up after {answer!r}")
            answer += byte
        assert answer.startswith(b"HTTP/1.1 101 "), answer

    def subscribe(self, topic: str, **more: Any) -> None:
        self.send(json.dumps({"op": "subscribe", "topic": topic, **more}).encode())

    def send(self, payload: bytes, opcode: int = 0x1) -> None:
        """One whole frame: 0x1 is text, 0x2 binary."""
        head = bytes([0x80 | opcode])
        if len(payload) < 126:
            head += bytes([0x80 | len(payload)])
        elif len(payload) < 2**16:
            head += bytes([0x80 | 126]) + struct.pack("!H", len(payload))
        else:
            head += bytes([0x80 | 127]) + struct.pack("!Q", len(payload))
        self.connection.sendall(head + _MASK + payload)

    def read(self, most: int) -> bytes:
        return self.connection.recv(most)

    def reset(self) -> None:
        """Vanishes: the other side gets a RST, and no goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
