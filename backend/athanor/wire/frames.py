"""One message on a client's WebSocket, in either direction. JSON, UTF-8."""

from typing import Literal, TypeAlias

from msgspec import UNSET, Raw, Struct, UnsetType

MAX_CLIENT_FRAME_BYTES = 1024 * 1024
MAX_SERVER_FRAME_BYTES = 512 * 1024


class Subscribe(Struct, tag_field="op", tag="subscribe", forbid_unknown_fields=True, frozen=True):
    """`after`: the last offset the client has (-1: none); absent: from the present end. Streams only."""

    topic: str
    after: int | UnsetType = UNSET
    mode: Literal["all", "tail"] = "all"


class Unsubscribe(Struct, tag_field="op", tag="unsubscribe", forbid_unknown_fields=True, frozen=True):
    topic: str


class Ping(Struct, tag_field="op", tag="ping", forbid_unknown_fields=True, frozen=True):
    pass


ClientFrame: TypeAlias = Subscribe | Unsubscribe | Ping


class Subscribed(Struct, tag_field="type", tag="subscribed", frozen=True):
    """The subscription stands. Streams: what follows starts at `after` + 1; `next` is the stream's end now."""

    topic: str
    after: int | None
    next: int | None


class Batch(Struct, tag_field="type", tag="batch", rename={"start": "from"}, frozen=True):
    """Consecutive entries of a stream; the first has offset `from`."""

    topic: str
    start: int
    items: list[Raw]


class Event(Struct, tag_field="type", tag="event", frozen=True):
    """An entity changed: its newest state, with a `version` that only grows."""

    topic: str
    event: str
    data: Raw


class Skip(Struct, tag_field="type", tag="skip", rename={"start": "from", "end": "to"}, frozen=True):
    """Mode `tail` only: offsets `from` to `to` (exclusive) were passed over."""

    topic: str
    start: int
    end: int


class End(Struct, tag_field="type", tag="end", frozen=True):
    """The run is over and every entry before `next` was sent."""

    topic: str
    next: int


class Resync(Struct, tag_field="type", tag="resync", frozen=True):
    """Events of an entity topic may have been missed, or the entity is gone: GET it again."""

    topic: str
    why: str


class Heartbeat(Struct, tag_field="type", tag="heartbeat", frozen=True):
    """Every 15 s. `heads`: the end of each subscribed stream, read from the ledger."""

    heads: dict[str, int]


class Error(Struct, tag_field="type", tag="error", frozen=True):
    """What the client sent could not be done, and why."""

    message: str
    topic: str | None = None


class Pong(Struct, tag_field="type", tag="pong", frozen=True):
    pass


ServerFrame: TypeAlias = Subscribed | Batch | Event | Skip | End | Resync | Heartbeat | Error | Pong
