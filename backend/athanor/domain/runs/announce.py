"""Tells everybody who watches that runs changed: on the run, on its instance, on the list of instances."""

from collections.abc import Sequence
from uuid import UUID

from athanor.db.session import Unit
from athanor.domain.instances import repository as instances
from athanor.domain.runs import repository as runs
from athanor.wire import topics
from athanor.wire.bus import Ended


async def announce(unit: Unit, run_ids: Sequence[UUID], event: str = "run.updated") -> None:
    """Puts each run's and instance's newest state into the outbox; a run that is over ends its streams."""
    if not run_ids:
        return
    changed = await runs.load(unit.session, run_ids)
    for run in changed:
        unit.outbox.changed([topics.run(run.id), topics.instance(run.instance_id), topics.INSTANCES], event, run)
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


async def announce_instances(unit: Unit, instance_ids: Sequence[UUID], event: str = "instance.updated") -> None:
    for instance in await instances.load(unit.session, instance_ids):
        unit.outbox.changed([topics.instance(instance.id), topics.INSTANCES], event, instance)
