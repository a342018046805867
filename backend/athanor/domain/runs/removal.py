"""Deleting an instance: out of sight at once, its active runs ended, its rows left to the sweeper."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.session import Unit
from athanor.domain.deleted import Deleted
from athanor.domain.errors import NotFound
from athanor.domain.instances.events import InstanceDeleted
from athanor.domain.instances.schemas import InstanceSize
from athanor.domain.runs.announce import announce
from athanor.domain.runs.transitions import request_cancel
from athanor.wire import topics
from athanor.wire.control import CancelRun

_HIDE = text("""
    UPDATE instances SET deleted_at = clock_timestamp(), version = version + 1
    WHERE id = :id AND deleted_at IS NULL RETURNING version
""")
_ACTIVE = text("""
    SELECT id FROM runs WHERE instance_id = ANY (:instance_ids) AND status IN ('pending', 'running') ORDER BY id
""")
_SIZE = text("""
    SELECT count(runs.id) AS runs, count(runs.id) FILTER (WHERE runs.status IN ('pending', 'running')) AS active_runs,
        coalesce(sum(logs_debug + logs_info + logs_warn + logs_error), 0)::bigint AS logs,
        coalesce(sum(results), 0)::bigint AS results, coalesce(sum(metrics), 0)::bigint AS metrics
    FROM instances
    LEFT JOIN runs ON runs.instance_id = instances.id
    LEFT JOIN run_vitals ON run_vitals.run_id = runs.id
    WHERE instances.id = :id AND instances.deleted_at IS NULL
    GROUP BY instances.id
""")


async def size_of(session: AsyncSession, instance_id: UUID) -> InstanceSize:
    """What a deletion would take along. Raises NotFound."""
    row = (await session.execute(_SIZE, {"id": instance_id})).one_or_none()
    if row is None:
        raise NotFound(f"There is no instance {instance_id}.")
    return InstanceSize(
        runs=row.runs, active_runs=row.active_runs, logs=row.logs, results=row.results, metrics=row.metrics
    )


async def delete_instance(unit: Unit, instance_id: UUID) -> None:
    """Hides the instance and all its runs; `end_active_runs` follows in a unit of its own, for locks are taken run
    first, instance last. Raises NotFound."""
    version = (await unit.session.execute(_HIDE, {"id": instance_id})).scalar_one_or_none()
    if version is None:
        raise NotFound(f"There is no instance {instance_id}.")
    gone = InstanceDeleted(Deleted(id=instance_id, version=version))
    unit.outbox.changed([topics.instance(instance_id), topics.INSTANCES], gone)


async def end_active_runs(unit: Unit, instance_ids: Sequence[UUID]) -> None:
    """Pending runs of these instances are cancelled, running ones ended by force. What this misses the sweeper does."""
    active = list((await unit.session.execute(_ACTIVE, {"instance_ids": list(instance_ids)})).scalars())
    await end_runs(unit, active)


async def end_runs(unit: Unit, run_ids: list[UUID]) -> None:
    """Ends those of the runs that are active, without a grace period."""
    changes = await request_cancel(unit.session, run_ids, force=True)
    await announce(unit, [change.run_id for change in changes])
    for change in changes:
        if change.status == "running" and change.worker_id is not None:
            unit.outbox.order(change.worker_id, CancelRun(change.run_id, force=True))
