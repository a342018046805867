"""Tells everybody who watches that runs changed: on the run, on its instance, on the list of instances."""

from collections.abc import Sequence
from uuid import UUID

from athanor.db.session import Unit
from athanor.domain.deleted import Deleted
from athanor.domain.instances import repository as instances
from athanor.domain.instances.events import InstanceUpdated
from athanor.domain.runs import repository as runs
from athanor.domain.runs.events import RunCreated, RunDeleted, RunUpdated
from athanor.wire import topics
from athanor.wire.bus import Ended


async def announce(
    unit: Unit, run_ids: Sequence[UUID], event: type[RunCreated] | type[RunUpdated] = RunUpdated
) -> None:
    """Puts each run's and instance's newest state into the outbox; a run that is over ends its streams."""
    if not run_ids:
        return
    changed = await runs.load(unit.session, run_ids)
    for run in changed:
        unit.outbox.changed(_places(run.id, run.instance_id), event(run))
        if run.completed_at is not None:
            logs = run.counts.logs
            ends = {
                "logs": logs.debug + logs.info + logs.warn + logs.error,
                "results": run.counts.results,
                "metrics": run.counts.metrics,
            }
            unit.outbox.messages += [
                Ended(topic=topics.stream(run.id, name), end=ends[name]) for name in topics.STREAMS
            ]
    await announce_instances(unit, sorted({run.instance_id for run in changed}))


def announce_deleted(unit: Unit, run_id: UUID, instance_id: UUID, version: int) -> None:
    """`version`: the last one that the run had."""
    unit.outbox.changed(_places(run_id, instance_id), RunDeleted(Deleted(id=run_id, version=version + 1)))


async def announce_instances(unit: Unit, instance_ids: Sequence[UUID]) -> None:
    """The counts and newest runs of these instances changed."""
    for instance in await instances.load(unit.session, instance_ids):
        unit.outbox.changed([topics.instance(instance.id), topics.INSTANCES], InstanceUpdated(instance))


def _places(run_id: UUID, instance_id: UUID) -> list[str]:
    return [topics.run(run_id), topics.instance(instance_id), topics.INSTANCES]
