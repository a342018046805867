"""Every event that clients may see, as one union: the switch over `event` has these cases."""

from typing import TypeAlias

from athanor.domain.experiments.events import ExperimentsUpdated
from athanor.domain.instances.events import InstanceCreated, InstanceDeleted, InstanceUpdated
from athanor.domain.runs.events import RunCreated, RunDeleted, RunProgressed, RunUpdated
from athanor.domain.workers.events import WorkersUpdated

Event: TypeAlias = (
    RunCreated
    | RunUpdated
    | RunDeleted
    | RunProgressed
    | InstanceCreated
    | InstanceUpdated
    | InstanceDeleted
    | ExperimentsUpdated
    | WorkersUpdated
)
