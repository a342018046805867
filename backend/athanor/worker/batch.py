"""Reports on their way to the ledger: what one flush writes, as rows."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from athanor.wire.reports import LEVELS, Checkpoint, Log, LogBatch, Metric, Progress, Report, Result
from athanor.wire.topics import Stream

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LEVEL_NUMBERS = {level: number for number, level in enumerate(LEVELS)}
_OVERHEAD_BYTES = 200

Row = tuple[Any, ...]
"""A stream's entry as its table holds it: the run's id, then the columns that `athanor.domain.streams` names (the
offset first)."""


def moment(at_us: int) -> datetime:
    """Microseconds since the epoch, as PostgreSQL takes them."""
    return _EPOCH + timedelta(0, 0, at_us)


def _size(entry: Log) -> int:
    return len(entry.message) + len(entry.metadata or "") + _OVERHEAD_BYTES


class Batch:
    """Entries in the order they came, with a rough size in bytes."""

    __slots__ = ("checkpoint", "logs", "metrics", "progress", "results", "size_bytes")

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.results: list[Result] = []
        self.metrics: list[Metric] = []
        self.progress: Progress | None = None
        self.checkpoint: Checkpoint | None = None
        self.size_bytes = 0

    def add(self, reports: Iterable[Report]) -> None:
        """Takes what belongs in the ledger and leaves the rest."""
        size = 0
        for report in reports:
            match report:
                case Log():
                    self.logs.append(report)
                    size += _size(report)
                case Metric():
                    self.metrics.append(report)
                    size += _OVERHEAD_BYTES
                case LogBatch(entries=entries):
                    self.logs += entries
                    size += sum(map(_size, entries))
                case Result():
                    self.results.append(report)
                    size += len(report.key) + len(report.value) + _OVERHEAD_BYTES
                case Progress():
                    self.progress = report
                case Checkpoint():
                    size += len(report.value) - (len(self.checkpoint.value) if self.checkpoint else 0)
                    self.checkpoint = report
                case _:
                    pass
        self.size_bytes += size

    @property
    def entries(self) -> int:
        """How many entries of streams it holds; progress and checkpoint are none."""
        return len(self.logs) + len(self.results) + len(self.metrics)

    def level_counts(self) -> dict[str, int]:
        counts: dict[str, int] = dict.fromkeys(LEVELS, 0)
        for entry in self.logs:
            counts[entry.level] += 1
        return counts

    def length(self, stream: Stream) -> int:
        return len(self.logs if stream == "logs" else self.results if stream == "results" else self.metrics)

    def rows(self, stream: Stream, run_id: UUID, start: int) -> list[Row]:
        """The entries of one stream as rows, the first with offset `start`."""
        epoch, delta = _EPOCH, timedelta
        if stream == "logs":
            number = _LEVEL_NUMBERS
            return [
                (run_id, at, epoch + delta(0, 0, entry.at_us), number[entry.level], entry.message, entry.metadata)
                for at, entry in enumerate(self.logs, start)
            ]
        if stream == "results":
            return [
                (run_id, at, epoch + delta(0, 0, entry.at_us), entry.key, len(entry.value.encode()), entry.value)
                for at, entry in enumerate(self.results, start)
            ]
        return [
            (run_id, at, epoch + delta(0, 0, entry.at_us), entry.name, entry.step, entry.value)
            for at, entry in enumerate(self.metrics, start)
        ]
