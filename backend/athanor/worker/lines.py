"""Makes log lines of the bytes a process writes to stdout and stderr."""

import codecs

import msgspec

from athanor.wire.reports import Log, Source
from athanor.wire.text import MAX_ENTRY_BYTES, clean_text, split_entry

BAR_INTERVAL_US = 1_000_000


class LineAssembler:
    """One per source. Feed it bytes as they come; it keeps the unfinished line.

    Bytes that are not UTF-8 become U+FFFD. A line over 64 KiB becomes several entries, all but the first marked
    `continued`. A bar (text overwritten after `\\r`) collapses: at most one state a second, and always the last.
    Metadata: `{"source": "stdout"}`, for descriptors 1 and 2 themselves with `"stream": "pipe"`.
    """

    def __init__(self, source: Source, *, piped: bool = False) -> None:
        origin = {"source": source} | ({"stream": "pipe"} if piped else {})
        self._plain = msgspec.json.encode(origin).decode()
        self._bar = msgspec.json.encode(origin | {"bar": True}).decode()
        self._continued = msgspec.json.encode(origin | {"continued": True}).decode()
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pieces: list[str] = []
        self._size = 0
        self._cut = False  # the beginning of this line went out already
        self._return = False  # the last character was \r, and what follows decides what it meant
        self._state: str | None = None  # the bar as it was before the last \r
        self._shown: str | None = None
        self._shown_at_us: int | None = None
        self._at_us = 0

    def feed(self, data: bytes, at_us: int) -> list[Log]:
        """The entries that `data`, written at `at_us`, completes."""
        self._at_us = at_us
        text = self._decoder.decode(data)
        if not text:
            return []
        if self._return:
            text, self._return = "\r" + text, False
        if text.endswith("\r"):
            text, self._return = text[:-1], True
        entries: list[Log] = []
        *lines, rest = text.split("\n")
        for line in lines:
            entries += self._add(line.removesuffix("\r"))
            entries += self._end_line()
        entries += self._add(rest)
        return entries

    def finish(self) -> list[Log]:
        """The end of the source: what is left of an unfinished line."""
        entries = self._add(self._decoder.decode(b"", final=True))
        if self._return:
            self._return = False
            entries += self._overwrite([""])
        if self._pieces or (self._state is not None and self._state != self._shown):
            entries += self._end_line()
        return entries

    def _add(self, text: str) -> list[Log]:
        if not text:
            return []
        entries: list[Log] = []
        if "\r" in text:
            *states, text = text.split("\r")
            entries += self._overwrite(states)
        if text:
            self._pieces.append(text)
            self._size += len(text) * 4 if not text.isascii() else len(text)
            if self._size > MAX_ENTRY_BYTES:
                entries += self._cut_line()
        return entries

    def _overwrite(self, states: list[str]) -> list[Log]:
        """`states`: pieces that each ended in \\r. The first belongs to what was there before."""
        states[0] = "".join((*self._pieces, states[0]))
        self._pieces, self._size = [], 0
        newest = next((state for state in reversed(states) if state), None)
        if newest is None:
            return []
        self._state = newest
        if self._shown_at_us is None:
            self._shown_at_us = self._at_us
            return []
        if self._at_us - self._shown_at_us < BAR_INTERVAL_US or newest == self._shown:
            return []
        self._shown, self._shown_at_us = newest, self._at_us
        return self._entries(newest, self._bar)

    def _end_line(self) -> list[Log]:
        text = "".join(self._pieces)
        bar = self._state is not None
        if bar and not text.strip():
            text = self._state or ""
        entries: list[Log] = []
        if not (bar and text == self._shown) and not (self._cut and not text):
            entries = self._entries(text, self._continued if self._cut else self._bar if bar else self._plain)
        self._pieces, self._size, self._cut = [], 0, False
        self._state = self._shown = None
        self._shown_at_us = None
        return entries

    def _cut_line(self) -> list[Log]:
        """Emits all full entries of a line that is too long already, and keeps the rest."""
        *full, rest = split_entry(clean_text("".join(self._pieces)))
        metadata = self._bar if self._state is not None else self._plain
        entries = []
        for piece in full:
            entries.append(Log(self._at_us, "info", piece, self._continued if self._cut else metadata))
            self._cut = True
        self._pieces = [rest]
        self._size = len(rest.encode())
        return entries

    def _entries(self, text: str, metadata: str) -> list[Log]:
        first, *more = split_entry(clean_text(text))
        return [
            Log(self._at_us, "info", first, metadata),
            *(Log(self._at_us, "info", piece, self._continued) for piece in more),
        ]
