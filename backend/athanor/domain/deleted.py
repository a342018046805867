"""What is left to say of an entity that is gone."""

from uuid import UUID

from msgspec import Struct


class Deleted(Struct, kw_only=True):
    """`version` is higher than that of any earlier state."""

    id: UUID
    version: int
