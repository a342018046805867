"""Length-prefixed msgpack on a byte stream: four bytes, big-endian, then the message."""

import struct
from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

_PREFIX = struct.Struct(">I")
PREFIX_BYTES = _PREFIX.size
MAX_MESSAGE_BYTES = 64 * 1024 * 1024

T = TypeVar("T")

_encoder = msgspec.msgpack.Encoder()


class FramingError(ValueError):
    """The peer sent bytes that are no message of this protocol."""


def pack(message: object) -> bytes:
    """One message with its length before it."""
    body = _encoder.encode(message)
    return _PREFIX.pack(len(body)) + body


class Unpacker(Generic[T]):
    """Cuts a byte stream into decoded messages; keeps the unfinished rest."""

    def __init__(self, message_type: type[T]) -> None:
        self._decoder: msgspec.msgpack.Decoder[T] = msgspec.msgpack.Decoder(message_type)
        self._buffer = bytearray()

    def feed(self, data: bytes | bytearray | memoryview) -> Iterator[T]:
        """Yields each message that `data` completes.

        Raises:
            FramingError: a length or a body that the protocol does not know.
        """
        buffer, decode, read_prefix = self._buffer, self._decoder.decode, _PREFIX.unpack_from
        buffer += data
        start, end = 0, len(buffer)
        try:
            with memoryview(buffer) as view:
                while end - start >= PREFIX_BYTES:
                    (size,) = read_prefix(view, start)
                    if size > MAX_MESSAGE_BYTES:
                        raise FramingError(f"a message of {size} bytes; at most {MAX_MESSAGE_BYTES} are allowed")
                    body = start + PREFIX_BYTES
                    if end - body < size:
                        break
                    message = decode(view[body : body + size])
                    start = body + size
                    yield message
        except msgspec.MsgspecError as error:
            raise FramingError(f"not a message of this protocol: {error}") from error
        finally:
            del buffer[:start]
