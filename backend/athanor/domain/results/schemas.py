"""What the API and the event stream say about results."""

from datetime import datetime
from typing import Annotated, Any, ClassVar

import msgspec
from msgspec import Meta, Raw, Struct

from athanor.domain.json_fields import JsonValue, Timestamp

PREVIEW_CHARACTERS = 200
MAX_PREVIEW_BYTES = 2048
"""A value up to this size is its own preview."""


class ResultEntry(Struct):
    """One result without its whole value: `size` is the value's JSON in bytes."""

    offset: int
    key: str
    timestamp: Timestamp
    size: int
    truncated: bool
    preview: Annotated[Raw, Meta(description="The value itself, or the first 200 characters of its JSON if truncated")]

    example: ClassVar[dict[str, Any]] = {
        "offset": 0,
        "key": "summary",
        "timestamp": "2026-11-23T09:30:01.250000Z",
        "size": 28,
        "truncated": False,
        "preview": {"heads": 251, "flips": 500},
    }


class ResultDetail(Struct, kw_only=True):
    """One result with its value."""

    offset: int
    key: str
    timestamp: Timestamp
    size: int
    value: JsonValue

    example: ClassVar = {
        "offset": 0,
        "key": "summary",
        "timestamp": "2026-11-23T09:30:01.250000Z",
        "size": 28,
        "value": {"heads": 251, "flips": 500},
    }


def result_entry(offset: int, timestamp: datetime, key: str, size: int, value: str) -> ResultEntry:
    """A row of the ledger as lists show it; of a large value, its beginning is enough."""
    if size <= MAX_PREVIEW_BYTES:
        return ResultEntry(offset, key, timestamp, size, False, Raw(value.encode()))
    start = Raw(msgspec.json.encode(value[:PREVIEW_CHARACTERS]))
    return ResultEntry(offset, key, timestamp, size, True, start)
