"""What the API and the event stream say about log lines."""

from datetime import datetime
from typing import ClassVar

from msgspec import Raw, Struct

from athanor.domain.json_fields import Metadata, Timestamp
from athanor.wire.reports import LEVELS, Level


class LogLine(Struct):
    """One log line; `metadata` is a JSON object or null, `attempt` the try at the run that wrote it."""

    offset: int
    timestamp: Timestamp
    level: Level
    message: str
    metadata: Metadata
    attempt: int

    example: ClassVar = {
        "offset": 1,
        "timestamp": "2026-11-23T09:30:01.250000Z",
        "level": "info",
        "message": "done",
        "metadata": {"heads": 251},
        "attempt": 1,
    }


class LogPage(Struct, kw_only=True):
    """Ascending by offset. Cursors are offsets: pass `next_cursor` as `after` for what follows, now or later, and
    `previous_cursor` as `before` for what came earlier; it is null where nothing did.

    `total`, `total_complete` and `counted_to` are null unless asked for with `count=true`; `total_complete` is false
    where the count ran out of time and `total` is a lower bound. Lines before `counted_to` were counted: the count goes
    on, now or when more was written, with `count_after` one less.
    """

    items: list[LogLine]
    next_cursor: int | None
    previous_cursor: int | None
    total: int | None
    total_complete: bool | None
    counted_to: int | None

    example: ClassVar = {
        "items": [LogLine.example],
        "next_cursor": 1,
        "previous_cursor": 1,
        "total": None,
        "total_complete": None,
        "counted_to": None,
    }


LINE_COLUMNS = '"offset", timestamp, level, message, metadata::text'
"""What `log_line` is made of, as SQL."""
LINE_BYTES = "octet_length(message) + coalesce(octet_length(metadata::text), 0)"


def log_line(attempt: int, offset: int, timestamp: datetime, level: int, message: str, metadata: str | None) -> LogLine:
    """What `attempt` wrote: a row of the ledger as the world sees it."""
    raw = None if metadata is None else Raw(metadata.encode())
    return LogLine(offset, timestamp, LEVELS[level], message, raw, attempt)
