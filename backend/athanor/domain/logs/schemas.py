"""What the API and the event stream say about log lines."""

from datetime import datetime

from msgspec import Raw, Struct

from athanor.wire.reports import LEVELS, Level


class LogLine(Struct):
    """One log line; `metadata` is a JSON object or null."""

    offset: int
    timestamp: datetime
    level: Level
    message: str
    metadata: Raw | None


class LogPage(Struct, kw_only=True):
    """Ascending by offset. Cursors are offsets: pass them as `after` and `before`; null where nothing more is known.

    `total` and `total_complete` are null unless asked for with `count=true`; `total_complete` is false where the count
    ran out of time and `total` is a lower bound.
    """

    items: list[LogLine]
    next_cursor: int | None
    previous_cursor: int | None
    total: int | None
    total_complete: bool | None


def log_line(offset: int, timestamp: datetime, level: int, message: str, metadata: str | None) -> LogLine:
    """A row of the ledger as the world sees it."""
    return LogLine(offset, timestamp, LEVELS[level], message, None if metadata is None else Raw(metadata.encode()))
