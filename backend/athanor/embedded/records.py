"""Which processes belong to this data folder, written down so that the next start recognises what a crash left."""

import signal
from collections.abc import Callable
from pathlib import Path

import msgspec
from msgspec import Struct

from athanor.embedded.parts import Part
from athanor.embedded.processes import Identity, end, identify, is_alive

_PATIENCE_S = 15.0


class Record(Struct, frozen=True):
    """A process that runs, and how it is told that its supervisor is gone."""

    identity: Identity
    death_signal: int


class Records:
    """`parts.json` in the data folder; the holder of the folder's lock alone reads and writes it."""

    def __init__(self, data_dir: Path, say: Callable[[str], None] = lambda _: None) -> None:
        """`say`: where a record that cannot be written is told; the processes are kept all the same."""
        self._path = data_dir / "parts.json"
        self._say = say
        self._records: dict[str, Record] = {}

    def end_leftovers(self) -> list[str]:
        """Ends what is still alive of an earlier start, last started first; the names of those.

        A process is touched only if its id, its start time and its executable are those that were written down.
        """
        try:
            earlier = msgspec.json.decode(self._path.read_bytes(), type=dict[str, Record])
        except (FileNotFoundError, msgspec.DecodeError):
            return []
        ended = []
        for name, record in reversed(earlier.items()):
            if is_alive(record.identity):
                end(record.identity, signal.Signals(record.death_signal), _PATIENCE_S)
                ended.append(name)
        self._path.unlink()
        return ended

    def add(self, part: Part, pid: int) -> None:
        identity = identify(pid, part.argv[0])
        if identity:
            self._records[part.name] = Record(identity, part.death_signal)
            self._save()

    def remove(self, name: str) -> None:
        if self._records.pop(name, None):
            self._save()

    def _save(self) -> None:
        unfinished = self._path.with_suffix(".new")
        try:
            unfinished.write_bytes(msgspec.json.encode(self._records))
            unfinished.replace(self._path)
        except OSError as error:
            self._say(f"which processes run cannot be noted: {error}")
