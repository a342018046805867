"""`sys.stdout` and `sys.stderr` of an experiment: text streams whose bytes go to the worker at once."""

import builtins
import io
import os
import sys
import time
from collections.abc import Callable
from typing import Any, TextIO

from athanor.sdk.channel import Channel
from athanor.sdk.errors import RunClosedError
from athanor.wire import framing
from athanor.wire.reports import Output, Source

_PIECE_BYTES = 256 * 1024
_DESCRIPTORS: dict[Source, int] = {"stdout": 1, "stderr": 2}


class OutputBuffer(io.BufferedIOBase):
    """The `.buffer` of a captured stream: each write is one report, or several when it is large.

    Where the run is closed (a forked process) the bytes go to the pipe behind the descriptor instead. It cannot
    be closed: whoever wraps or closes the stream must not silence the rest of the process.
    """

    def __init__(self, channel: Channel, source: Source) -> None:
        self._channel = channel
        self._source: Source = source
        self.name = f"<{source}>"
        self.mode = "wb"

    def write(self, data: Any, /) -> int:
        with memoryview(data).cast("B") as view:
            size = len(view)
            pieces = [bytes(view[start : start + _PIECE_BYTES]) for start in range(0, size, _PIECE_BYTES)]
        now = time.time_ns() // 1000
        try:
            self._channel.send_frames([framing.pack(Output(now, self._source, piece)) for piece in pieces])
        except RunClosedError:
            for piece in pieces:
                _write_all(_DESCRIPTORS[self._source], piece)
        return size

    def writable(self) -> bool:
        return True

    def isatty(self) -> bool:
        return False

    def fileno(self) -> int:
        return _DESCRIPTORS[self._source]

    def flush(self) -> None:
        pass

    def close(self) -> None:
        pass


def captured_stream(channel: Channel, source: Source) -> io.TextIOWrapper:
    """A text stream over an OutputBuffer: UTF-8, nothing held back, nothing it cannot write."""
    return io.TextIOWrapper(
        OutputBuffer(channel, source),
        encoding="utf-8",
        errors="backslashreplace",
        newline="\n",
        write_through=True,
    )


def writes_to_captured(stream: object) -> bool:
    """Whether what is written to `stream` arrives through an OutputBuffer."""
    return isinstance(getattr(stream, "buffer", None), OutputBuffer)


def _write_all(descriptor: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        pass  # the experiment closed its own descriptor: there is nowhere left to write to


def capture_streams(channel: Channel) -> None:
    """Replaces the process's stdout and stderr; `sys.__stdout__` too, for code that restores it."""
    out, err = captured_stream(channel, "stdout"), captured_stream(channel, "stderr")
    sys.stdout = sys.__stdout__ = out  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = err  # type: ignore[misc]
    builtins.print = _print_at_once(builtins.print, out, err)


def _print_at_once(plain_print: Callable[..., None], out: TextIO, err: TextIO) -> Callable[..., None]:
    """A `print` that gives a captured stream text and line end in one piece: lines of threads do not mingle."""

    def print(  # noqa: A001
        *values: object, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        stream = sys.stdout if file is None else file
        separator = " " if sep is None else sep
        ending = "\n" if end is None else end
        if (stream is out or stream is err) and isinstance(separator, str) and isinstance(ending, str):
            stream.write(separator.join(map(str, values)) + ending)
        else:
            plain_print(*values, sep=sep, end=end, file=file, flush=flush)

    print.__module__, print.__qualname__ = "builtins", "print"  # pickles as the original does
    print.__doc__ = plain_print.__doc__
    return print
