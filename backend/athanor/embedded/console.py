"""One readable stream of what all parts say, a line at a time, with the part's name."""

import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TextIO

import msgspec

from athanor.process_log import log_line

_COLOURS = {"postgres": 34, "valkey": 31, "migrate": 36, "server": 32, "worker": 35}
_NAME_WIDTH = max(map(len, _COLOURS))
_WAITING_LINES = 10_000
_LONGEST_LINE = 65_536
# Control characters would let one line overwrite others, or the terminal's state.
_VISIBLE = {code: 0x2400 + code for code in range(32) if chr(code) != "\t"} | {127: 0x2421}


class Console:
    """Lines go out on a thread of their own: a terminal that is held (Ctrl-S, a full pipe) must stop no part.

    What does not fit in the queue meanwhile is left out, and a line says how much.
    """

    def __init__(self, stream: TextIO, *, colour: bool, log_format: str = "text") -> None:
        self._stream = stream
        self._in_json = log_format == "json"
        self._colour = colour
        self._lines: queue.Queue[str | None] = queue.Queue(_WAITING_LINES)
        self._left_out = 0
        self._thread = threading.Thread(target=self._write, name="console", daemon=True)
        self._thread.start()

    @classmethod
    def on_stdout(cls, log_format: str = "text") -> "Console":
        """Colour for text on a terminal, unless NO_COLOR is set (https://no-color.org)."""
        colour = log_format == "text" and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        return cls(sys.stdout, colour=colour, log_format=log_format)

    def line(self, name: str, text: str) -> None:
        """One line of a part's output; control characters are made visible. In JSON each line is an object with
        `part`, whatever the part itself writes."""
        if self._in_json:
            self._put(as_object(name, text))
            return
        label = f"{name:<{_NAME_WIDTH}} |"
        if self._colour:
            label = f"\x1b[{_COLOURS.get(name, 33)}m{label}\x1b[0m"
        self._put(f"{time.strftime('%H:%M:%S')} {label} {text.translate(_VISIBLE)}\n")

    def say(self, text: str) -> None:
        """Text of the supervisor's own, as it is."""
        self._put(as_object("up", text.strip()) if self._in_json else text + "\n")

    def bold(self, text: str) -> str:
        return f"\x1b[1m{text}\x1b[0m" if self._colour else text

    def close(self) -> None:
        """Writes what waits; gives up after a second on a terminal that takes nothing."""
        try:
            self._lines.put(None, timeout=1.0)
        except queue.Full:
            return
        self._thread.join(timeout=1.0)

    def _put(self, text: str) -> None:
        try:
            if self._left_out:
                said = f"... {self._left_out} lines are not shown: the terminal took none for a while"
                self._lines.put_nowait(as_object("up", said) if self._in_json else f"{said}\n")
                self._left_out = 0
            self._lines.put_nowait(text)
        except queue.Full:
            self._left_out += 1

    def _write(self) -> None:
        gone = False
        while True:
            text = self._lines.get()
            try:
                if text is not None and not gone:
                    self._stream.write(text)
                if (text is None or self._lines.empty()) and not gone:
                    self._stream.flush()
            except (OSError, ValueError):
                gone = True  # nobody reads any more; the parts run on
                self._forget()
            if text is None:
                return

    def _forget(self) -> None:
        """Sends what is still buffered to nowhere: written at the interpreter's end, it would change the exit code.

        With a terminal, standard error is gone as well.
        """
        for stream in (self._stream, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError):
                self._redirect(stream)

    @staticmethod
    def _redirect(stream: TextIO) -> None:
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            pass  # a stream without a descriptor


def as_object(part: str, text: str) -> str:
    """A line of a part as a line of JSON; an object that the part logged is kept, with the part's name."""
    if text.startswith("{"):
        try:
            said = msgspec.json.decode(text, type=dict[str, msgspec.Raw])
        except (msgspec.MsgspecError, RecursionError):
            said = {}
        if {"time", "level", "message"} <= said.keys():
            return msgspec.json.encode({**said, "part": part}).decode() + "\n"
    return log_line(datetime.now(UTC), "info", part, text, part=part) + "\n"


class LineReader:
    """Bytes in, whole lines out; a line beyond 64 KiB comes in pieces."""

    def __init__(self, emit: Callable[[str], None]) -> None:
        self._emit = emit
        self._rest = b""

    def feed(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._emit(line.decode(errors="replace").rstrip("\r"))
        if len(self._rest) > _LONGEST_LINE:
            self.end()

    def end(self) -> None:
        if self._rest:
            self._emit(self._rest.decode(errors="replace"))
            self._rest = b""
