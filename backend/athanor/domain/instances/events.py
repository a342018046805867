"""Events of instances, on the topics `instance:{id}` and `instances`."""

from athanor.domain.deleted import Deleted
from athanor.domain.instances.schemas import Instance
from athanor.wire.events import EntityEvent


class InstanceCreated(EntityEvent[Instance], tag="instance.created", frozen=True):
    """There is a new instance."""


class InstanceUpdated(EntityEvent[Instance], tag="instance.updated", frozen=True):
    """A person changed it, or one of its runs moved its counts."""


class InstanceDeleted(EntityEvent[Deleted], tag="instance.deleted", frozen=True):
    """It is gone, and its runs with it."""
