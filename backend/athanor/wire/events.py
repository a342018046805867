"""What happened to an entity, told on the topics it concerns. Each domain defines its own in `events.py`."""

from typing import Any, Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class EntityEvent(Struct, Generic[T], tag_field="event", frozen=True):
    """A subclass's tag is the event's name; `data` is the entity's newest state, or what takes its place."""

    data: T


def name_of(event: EntityEvent[Any] | type[EntityEvent[Any]]) -> str:
    """The name that clients see: `run.updated` and the like."""
    tag = event.__struct_config__.tag
    assert isinstance(tag, str), f"{event} has no tag"
    return tag
