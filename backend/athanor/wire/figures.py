"""What a worker counts for the metrics. It posts them to Redis with each heartbeat; API servers show them."""

from bisect import bisect_left
from uuid import UUID

from msgspec import Struct, field

from athanor.wire.topics import STREAMS

FLUSH_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


def figures_key(worker_id: UUID) -> str:
    """Where in Redis the worker's newest figures are."""
    return f"athanor:figures:{worker_id}"


class Histogram(Struct):
    """`counts`: how many observations fell into each bucket of FLUSH_BUCKETS_S, the last one beyond them all."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(FLUSH_BUCKETS_S) + 1))
    sum_s: float = 0.0

    def observe(self, seconds: float) -> None:
        self.counts[bisect_left(FLUSH_BUCKETS_S, seconds)] += 1
        self.sum_s += seconds


class WorkerFigures(Struct):
    """Since the worker's start; `backlog_*` and `slots_used` are of now."""

    version: str = ""
    """Of its Athanor."""
    entries: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STREAMS, 0))
    """Committed, by stream."""
    flushes: Histogram = field(default_factory=Histogram)
    """From the beginning of a batch's transaction to its commit, tries again included."""
    backlog_entries: int = 0
    backlog_bytes: int = 0
    """Read from children, not committed yet."""
    endings: dict[str, int] = field(default_factory=dict)
    """Runs this worker ended, by reason."""
    reaped_attempts: int = 0
    slots_used: int = 0
