"""What the hub needs of PostgreSQL. The hub moves bytes; this is where it gets those that Redis did not bring."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from msgspec import Struct

from athanor.wire.topics import Stream


class Heads(Struct, frozen=True):
    """Where a run's streams end now, and whether that is for good."""

    next: dict[Stream, int]
    ended: bool


class Ledger(Protocol):
    """Committed entries by offset. Every method may raise while the database is away."""

    async def heads(self, run_ids: Sequence[UUID]) -> dict[UUID, Heads]:
        """A run that does not exist is left out."""
        ...

    async def page(self, run_id: UUID, stream: Stream, start: int, limit: int) -> list[bytes]:
        """Up to `limit` consecutive entries as JSON, the first with offset `start`."""
        ...

    async def exists(self, kind: str, entity_id: UUID) -> bool:
        """Whether an `instance` or a `run` with this id can be seen."""
        ...
