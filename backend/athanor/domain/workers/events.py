"""Events of workers, on the topic `workers`."""

from uuid import UUID

from msgspec import Struct

from athanor.wire.events import EntityEvent


class WorkersChange(Struct, kw_only=True):
    """The workers that came, beat or went."""

    ids: list[UUID]


class WorkersUpdated(EntityEvent[WorkersChange], tag="workers.updated", frozen=True):
    """Read the list of workers again."""
