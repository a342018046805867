"""What travels over Redis from whoever committed to the hub. A message may be lost, doubled or late."""

from typing import TypeAlias

from msgspec import Struct


class Appended(Struct, tag="appended", kw_only=True, frozen=True):
    """Entries `start` to `end` (exclusive) of a stream are committed.

    `items` holds them as JSON, or is None where the batch was large or nobody listened: the hub then reads them
    from PostgreSQL.
    """

    topic: str
    start: int
    end: int
    items: list[bytes] | None = None


class Ended(Struct, tag="ended", kw_only=True, frozen=True):
    """The run is over: no entry will follow `end`."""

    topic: str
    end: int


class Changed(Struct, tag="changed", kw_only=True, frozen=True):
    """An entity changed; `data` is its newest state as JSON."""

    topic: str
    event: str
    data: bytes


EVERYTHING = "*"


class Missed(Struct, tag="missed", frozen=True):
    """Whoever sends this had news of entities that Redis did not take."""

    topic: str = EVERYTHING


BusMessage: TypeAlias = Appended | Ended | Changed | Missed

PREFIX = "athanor:topic:"
"""Redis channel of a topic: this prefix and the topic's name."""
