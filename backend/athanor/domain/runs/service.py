"""What people do with runs. Nothing here commits: the unit of work does, and then the outbox leaves."""

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Text, cast, delete, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.base import new_id
from athanor.db.session import Unit
from athanor.domain.errors import Conflict, FieldError, Invalid, NotFound
from athanor.domain.experiments.config import compare
from athanor.domain.experiments.service import check_config, fault_of, find
from athanor.domain.instances.models import Instance
from athanor.domain.paging import Integer, Keyset, Moment, Order, Page, check_limit
from athanor.domain.paging import Text as AnyText
from athanor.domain.runs import repository
from athanor.domain.runs.announce import announce, announce_deleted, announce_instances
from athanor.domain.runs.events import RunCreated
from athanor.domain.runs.models import Attempt, Checkpoint, Run, RunVitals
from athanor.domain.runs.schemas import Run as RunView
from athanor.domain.runs.schemas import RunDetail
from athanor.domain.runs.status import ACTIVE
from athanor.domain.runs.transitions import request_cancel
from athanor.wire.control import CancelRun
from athanor.wire.status import Status

MAX_SEED = 2**32
"""numpy's generators take no larger seeds."""
_NEVER = datetime(9999, 1, 1, tzinfo=UTC)
_ORDER = Keyset(
    columns={
        "created_at": (Run.created_at, Moment),
        "started_at": (func.coalesce(Run.started_at, _NEVER), Moment),
        "completed_at": (func.coalesce(Run.completed_at, _NEVER), Moment),
        "number": (Run.number, Integer),
        "status": (Run.status, AnyText),
    },
    key=Run.id,
    key_type=UUID,
)


async def list_runs(
    session: AsyncSession,
    *,
    instance_id: UUID | None,
    experiment: str | None,
    status: Sequence[Status],
    q: str | None,
    max_number: int | None = None,
    sort: str,
    order: Order,
    cursor: str | None,
    limit: int,
) -> Page[RunView]:
    """Runs that fit every given filter. `q` looks into instance names, experiments, errors and ids."""
    check_limit(limit)
    # NOT IN, not a join: the planner then walks an index in the page's order, whatever it believes about instances.
    deleted = select(Instance.id).where(Instance.deleted_at.is_not(None))
    conditions: list[ColumnElement[bool]] = [Run.instance_id.not_in(deleted)]
    if instance_id is not None:
        conditions.append(Run.instance_id == instance_id)
    if experiment is not None:
        conditions.append(Run.experiment == experiment)
    if status:
        conditions.append(Run.status.in_(status))
    if q:
        named = select(Instance.id).where(Instance.name.icontains(q, autoescape=True))
        places = (Run.experiment, Run.error, cast(Run.id, Text))
        conditions.append(or_(Run.instance_id.in_(named), *[place.icontains(q, autoescape=True) for place in places]))
    if max_number is not None:
        conditions.append(Run.number <= max_number)
    query = repository.selection().where(*conditions)
    rows = (await session.execute(_ORDER.apply(query, sort=sort, order=order, cursor=cursor, limit=limit))).all()
    counting = select(func.count()).select_from(Run).where(*conditions)
    return Page(
        items=await repository.views(session, rows[:limit]),
        next_cursor=_ORDER.next_cursor(rows, sort=sort, order=order, limit=limit),
        total=(await session.execute(counting)).scalar_one(),
    )


async def get_run(session: AsyncSession, run_id: UUID) -> RunDetail:
    """Raises NotFound, also while the run's instance is being removed."""
    run = await repository.detail(session, run_id)
    if run is None:
        raise NotFound(f"There is no run {run_id}.")
    return run


_TAKE_NUMBER = text("""
    UPDATE instances SET runs_made = runs_made + 1, version = version + 1, active_at = clock_timestamp()
    WHERE id = :id AND deleted_at IS NULL
    RETURNING runs_made
""")


async def start_run(unit: Unit, instance_id: UUID, config: dict[str, Any] | None) -> RunDetail:
    """A new pending run with its own frozen, complete config.

    Raises:
        NotFound: no such instance.
        Conflict: the experiment cannot run now, or its schema changed and the instance's config no longer fits.
        Invalid: the given `config` has faults; each is named below `/config`.
    """
    session = unit.session
    instance = (
        await session.execute(select(Instance).where(Instance.id == instance_id, Instance.deleted_at.is_(None)))
    ).scalar_one_or_none()
    if instance is None:
        raise NotFound(f"There is no instance {instance_id}.")
    experiment = await find(session, instance.experiment)
    if experiment is None:
        raise Conflict(f"The experiment {instance.experiment!r} is not in the catalogue: no worker offers it.")
    if (reason := fault_of(experiment)) is not None:
        raise Conflict(f"The experiment {instance.experiment!r} cannot run: {reason}")
    checked = await check_config(experiment, msgspec.json.decode(instance.config) if config is None else config)
    if checked.errors:
        errors = [FieldError("/config" + fault.path, fault.message) for fault in checked.errors]
        if config is not None:
            raise Invalid("The config does not fit the experiment.", errors)
        changes = "; ".join(compare(msgspec.json.decode(instance.config_schema), msgspec.json.decode(checked.schema)))
        raise Conflict(
            f"The experiment {instance.experiment!r} changed since this instance was saved, and its config no longer "
            f"fits{f' ({changes})' if changes else ''}. Edit the instance, then start it again.",
            errors,
        )
    # Only now, for the row stays locked until the commit: others start runs of this instance meanwhile.
    number = (await session.execute(_TAKE_NUMBER, {"id": instance_id})).scalar_one_or_none()
    if number is None:
        raise NotFound(f"There is no instance {instance_id}.")
    run = Run(
        id=new_id(),
        number=number,
        instance_id=instance_id,
        experiment=instance.experiment,
        queue=experiment.queue,
        config=checked.complete,
        config_schema=checked.schema,
        source_hash=experiment.source_hash,
        seed=secrets.randbelow(MAX_SEED),
        timeout_s=experiment.timeout_s,
        stalled_s=experiment.stalled_s,
        memory_bytes=experiment.memory_bytes,
        retries=experiment.retries,
        retry_on=experiment.retry_on,
        backoff_s=experiment.backoff_s,
    )
    session.add_all([run, RunVitals(run_id=run.id)])
    await session.flush()
    await announce(unit, [run.id], RunCreated)
    unit.outbox.ring(experiment.queue, run.id)
    return await get_run(session, run.id)


async def cancel_run(unit: Unit, run_id: UUID, *, force: bool) -> RunDetail:
    """Records the wish and tells the worker; nothing changes for a run that is over. Raises NotFound."""
    changes = await request_cancel(unit.session, [run_id], force=force)
    await announce(unit, [change.run_id for change in changes])
    run = await get_run(unit.session, run_id)
    if run.status == "running" and run.worker_id is not None:
        unit.outbox.order(run.worker_id, CancelRun(run_id, force))
    return run


_DISCARD = text("INSERT INTO discarded_runs (run_id) VALUES (:run_id) ON CONFLICT DO NOTHING")
_TOUCH = text("""
    UPDATE instances SET version = version + 1, active_at = clock_timestamp() WHERE id = :id RETURNING version
""")


async def delete_run(unit: Unit, run_id: UUID) -> None:
    """Takes a run that is over away at once; its entries are removed in the background.

    Raises:
        NotFound: no such run.
        Conflict: the run is pending or running.
    """
    session = unit.session
    await session.execute(select(Run.id).where(Run.id == run_id).with_for_update())
    run = await get_run(session, run_id)
    if run.status in ACTIVE:
        raise Conflict(f"The run is {run.status}. Cancel it, then delete it.")
    await discard(session, [run_id])
    await session.execute(_TOUCH, {"id": run.instance_id})
    announce_deleted(unit, run_id, run.instance_id, run.version)
    await announce_instances(unit, [run.instance_id])


async def discard(session: AsyncSession, run_ids: Sequence[UUID]) -> None:
    """The runs are no more, nor their attempts and checkpoints; the streams they wrote are left to the sweeper."""
    await session.execute(_DISCARD, [{"run_id": run_id} for run_id in run_ids])
    for table in (Attempt, Checkpoint):
        await session.execute(delete(table).where(table.run_id.in_(run_ids)))
    await session.execute(delete(RunVitals).where(RunVitals.run_id.in_(run_ids)))
    await session.execute(delete(Run).where(Run.id.in_(run_ids)))
