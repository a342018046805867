"""Who takes runs: registration, heartbeats, and the end of workers that are known to be dead."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

_REGISTER = text("""
    INSERT INTO workers (id, host, machine, pid, process_started, queues, slots, folders, expires_at)
    VALUES (:id, :host, :machine, :pid, :process_started, :queues, :slots, :folders,
        clock_timestamp() + make_interval(secs => :lease_s))
    ON CONFLICT (id) DO NOTHING
""")


class Registration(Struct, frozen=True, kw_only=True):
    """Who a worker is. `machine` says where `pid` means something; `process_started` tells a reused pid apart
    (seconds, as `athanor.worker.machine.process_started` says)."""

    id: UUID
    host: str
    machine: str
    pid: int
    process_started: float
    queues: tuple[str, ...]
    slots: int
    folders: tuple[str, ...]
    """Where it looks for experiments."""


async def register(session: AsyncSession, worker: Registration, *, lease_s: float) -> None:
    await session.execute(
        _REGISTER,
        {
            "id": worker.id,
            "host": worker.host,
            "machine": worker.machine,
            "pid": worker.pid,
            "process_started": worker.process_started,
            "queues": list(worker.queues),
            "slots": worker.slots,
            "folders": list(worker.folders),
            "lease_s": lease_s,
        },
    )


_NEIGHBOURS = text("SELECT id, pid, process_started FROM workers WHERE machine = :machine AND id <> :id")


async def neighbours(session: AsyncSession, worker: Registration) -> Sequence[Any]:
    """The other workers that ran, or run, on this machine: id, pid, process_started."""
    return (await session.execute(_NEIGHBOURS, {"machine": worker.machine, "id": worker.id})).all()


_BEAT_WORKER = text("""
    WITH before AS (SELECT expires_at < clock_timestamp() AS was_given_up FROM workers WHERE id = :id FOR UPDATE)
    UPDATE workers SET heartbeat_at = clock_timestamp(), draining = :draining,
        expires_at = clock_timestamp() + make_interval(secs => :lease_s)
    FROM before WHERE id = :id RETURNING before.was_given_up
""")
# A row that an ingest transaction holds at this moment is skipped: that transaction renews the lease itself.
_BEAT_RUNS = text("""
    UPDATE run_vitals SET heartbeat_at = clock_timestamp(),
        expires_at = clock_timestamp() + make_interval(secs => :lease_s)
    WHERE run_id IN (
        SELECT run_id FROM run_vitals WHERE run_id = ANY (:run_ids) AND worker_id = :id FOR UPDATE SKIP LOCKED
    )
""")
_WISHES = text("""
    SELECT runs.id, run_vitals.worker_id, run_vitals.attempt,
        runs.cancel_requested_at IS NOT NULL AS cancel, runs.cancel_forced AS force
    FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id WHERE runs.id = ANY (:run_ids)
""")


class Standing(Struct, frozen=True):
    """How the ledger sees one of a worker's runs."""

    worker_id: UUID | None
    attempt: int
    cancel: bool
    force: bool


class Beat(Struct, frozen=True):
    """What the ledger says in return. `was_given_up`: the worker's lease had run out; what it offers may be gone."""

    standings: dict[UUID, Standing]
    was_given_up: bool


async def beat(
    session: AsyncSession, worker_id: UUID, run_ids: list[UUID], *, draining: bool, lease_s: float
) -> Beat | None:
    """Renews the worker's and its runs' leases; says how each run stands. None: the worker is not registered."""
    parameters = {"id": worker_id, "lease_s": lease_s}
    known = (await session.execute(_BEAT_WORKER, {**parameters, "draining": draining})).one_or_none()
    if known is None:
        return None
    if not run_ids:
        return Beat({}, known.was_given_up)
    await session.execute(_BEAT_RUNS, {**parameters, "run_ids": run_ids})
    rows = await session.execute(_WISHES, {"run_ids": run_ids})
    standings = {row.id: Standing(row.worker_id, row.attempt, row.cancel, row.force) for row in rows}
    return Beat(standings, known.was_given_up)


_LEAVE = text("DELETE FROM workers WHERE id = ANY (:ids)")


async def leave(session: AsyncSession, worker_ids: list[UUID]) -> None:
    """The workers are no more."""
    await session.execute(_LEAVE, {"ids": worker_ids})
