"""Events of the catalogue, on the topic `experiments`."""

from msgspec import Struct

from athanor.wire.events import EntityEvent


class CatalogueChange(Struct, kw_only=True):
    """`names`: everything that one worker finds now; `removed`: what no live worker finds any more."""

    names: list[str]
    removed: list[str]


class ExperimentsUpdated(EntityEvent[CatalogueChange], tag="experiments.updated", frozen=True):
    """The catalogue changed: read it again."""
