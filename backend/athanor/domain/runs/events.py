"""Events of runs, on the topics `run:{id}`, `instance:{id}` and `instances`."""

from athanor.domain.deleted import Deleted
from athanor.domain.runs.schemas import Run, RunProgress
from athanor.wire.events import EntityEvent


class RunCreated(EntityEvent[Run], tag="run.created", frozen=True):
    """A run was started; it is pending."""


class RunUpdated(EntityEvent[Run], tag="run.updated", frozen=True):
    """Its status, or the wish to cancel it, changed."""


class RunDeleted(EntityEvent[Deleted], tag="run.deleted", frozen=True):
    """It is gone, and its logs, results and metrics with it."""


class RunProgressed(EntityEvent[RunProgress], tag="progress", frozen=True):
    """Counts and progress of a running run, at most twice a second; not on the topic `instances`."""
