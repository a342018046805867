"""What this worker counts for the metrics, while it works: no query, no lock, a few additions per flush."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

import athanor
from athanor.domain.runs.reaper import REAPED
from athanor.wire.figures import WorkerFigures
from athanor.wire.topics import STREAMS
from athanor.worker.batch import Batch

ENDED = "ended: "
"""Before the reason: how runs that ended are called in a unit's tally."""

Backlog = Callable[[], tuple[int, int]]


class Figures:
    """The sums over all of the worker's runs, past and present."""

    def __init__(self) -> None:
        self._sums = WorkerFigures()
        self._backlogs: set[Backlog] = set()

    @contextmanager
    def watching(self, backlog: Backlog) -> Iterator[None]:
        """Adds what `backlog()` says (entries, bytes) to every snapshot meanwhile."""
        self._backlogs.add(backlog)
        try:
            yield
        finally:
            self._backlogs.discard(backlog)

    def flushed(self, batch: Batch, took_s: float) -> None:
        """A batch was committed."""
        for name in STREAMS:
            self._sums.entries[name] += batch.length(name)
        self._sums.flushes.observe(took_s)

    def snapshot(self, tally: Counter[str], slots_used: int) -> WorkerFigures:
        """How it stands now. `tally`: what the worker's committed units counted."""
        backlogs = [backlog() for backlog in self._backlogs]
        return replace(
            self._sums,
            version=athanor.__version__,
            backlog_entries=sum(entries for entries, _ in backlogs),
            backlog_bytes=sum(size for _, size in backlogs),
            endings={name.removeprefix(ENDED): count for name, count in tally.items() if name.startswith(ENDED)},
            reaped_attempts=tally[REAPED],
            slots_used=slots_used,
        )
