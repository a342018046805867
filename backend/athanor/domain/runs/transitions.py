"""Every change of a run's status: each one compare-and-set UPDATE, all of them here.

Locks are taken in one order, run, then vitals, then instance, so that no two of these can wait for each other.
"""

from typing import Any
from uuid import UUID

from msgspec import Raw, Struct
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.runs import attempts
from athanor.domain.runs.attempts import AttemptEnd
from athanor.domain.runs.status import RETRY_REASONS, STATUS_OF, sources
from athanor.wire.status import Reason, Status


class Claim(Struct, kw_only=True, frozen=True):
    """A run that is now this worker's, and where its streams go on."""

    run_id: UUID
    instance_id: UUID
    experiment: str
    config: Raw
    seed: int
    timeout_s: float | None
    stalled_s: float | None
    memory_bytes: int | None
    attempt: int
    logs: int
    results: int
    metrics: int
    restored: str | None
    """The newest checkpoint of an earlier attempt, as JSON text."""


class Changed(Struct, kw_only=True, frozen=True):
    """A run whose status just changed. `delay_s`: how long it has to stay pending before its next attempt."""

    run_id: UUID
    instance_id: UUID
    status: Status
    reason: Reason | None
    queue: str
    worker_id: UUID | None
    attempt: int
    delay_s: float


_CHANGED = """
    RETURNING id, instance_id, status, reason, queue, worker_id, attempt,
        coalesce(greatest(0, extract(epoch FROM not_before - clock_timestamp())), 0)::float AS delay_s
"""

_CLAIM = text("""
    UPDATE runs SET status = 'running', attempt = attempt + 1, worker_id = :worker_id, started_at = clock_timestamp(),
        not_before = NULL
    WHERE status = ANY (:sources) AND id = (
        SELECT id FROM runs
        WHERE status = 'pending' AND queue = ANY (:queues) AND experiment = ANY (:experiments)
          AND (CAST(:run_id AS uuid) IS NULL OR id = :run_id) AND NOT id = ANY (:busy)
          AND (not_before IS NULL OR not_before <= clock_timestamp())
        ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
    )
    RETURNING id, instance_id, experiment, config, seed, timeout_s, stalled_s, memory_bytes, attempt
""")
_TAKE_LEASE = text("""
    UPDATE run_vitals SET worker_id = :worker_id, attempt = :attempt, version = version + 1,
        heartbeat_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => :lease_s),
        progress_current = NULL, progress_total = NULL, progress_message = NULL
    WHERE run_id = :run_id
    RETURNING logs_debug + logs_info + logs_warn + logs_error AS logs, results, metrics
""")
_RESTORE = text("SELECT value::text FROM checkpoints WHERE run_id = :run_id")


async def claim(
    session: AsyncSession,
    *,
    worker_id: UUID,
    lease_s: float,
    queues: list[str],
    experiments: list[str],
    busy: list[UUID],
    run_id: UUID | None = None,
) -> Claim | None:
    """Takes the oldest pending run of these queues and experiments (or `run_id` alone), or nothing.

    `busy`: runs whose earlier attempt has not ended on this worker yet; another worker may take them.
    """
    taken = (
        await session.execute(
            _CLAIM,
            {
                "worker_id": worker_id,
                "queues": queues,
                "experiments": experiments,
                "busy": busy,
                "run_id": run_id,
                "sources": list(sources("running")),
            },
        )
    ).one_or_none()
    if taken is None:
        return None
    lease = (
        await session.execute(
            _TAKE_LEASE,
            {"worker_id": worker_id, "attempt": taken.attempt, "lease_s": lease_s, "run_id": taken.id},
        )
    ).one()
    await attempts.begin(session, taken.id)
    first = taken.attempt == 1
    restored = None if first else (await session.execute(_RESTORE, {"run_id": taken.id})).scalar_one_or_none()
    await _touch_instances(session, [taken.instance_id])
    return Claim(
        run_id=taken.id,
        instance_id=taken.instance_id,
        experiment=taken.experiment,
        config=Raw(taken.config.encode()),
        seed=taken.seed,
        timeout_s=taken.timeout_s,
        stalled_s=taken.stalled_s,
        memory_bytes=taken.memory_bytes,
        attempt=taken.attempt,
        logs=lease.logs,
        results=lease.results,
        metrics=lease.metrics,
        restored=restored,
    )


# After a cancel request every end is `cancelled`, whatever the writer says. Otherwise a new attempt follows where the
# experiment asked for one and tries are left.
_LONGEST_BACKOFF_S = 3600
_AGAIN = """
    cancel_requested_at IS NULL AND attempt <= retries
    AND CAST(:retryable AS boolean) AND CAST(:reason AS text) = ANY (retry_on)
"""
_END_ATTEMPT = f"""
    UPDATE runs SET
        status = CASE WHEN cancel_requested_at IS NOT NULL THEN 'cancelled'
                      WHEN {_AGAIN} THEN 'pending' ELSE CAST(:status AS text) END,
        reason = CASE WHEN cancel_requested_at IS NOT NULL AND CAST(:forced AS boolean) THEN 'user_forced'
                      WHEN cancel_requested_at IS NOT NULL THEN 'user'
                      WHEN {_AGAIN} THEN NULL ELSE CAST(:reason AS text) END,
        error = CASE WHEN {_AGAIN} OR (cancel_requested_at IS NOT NULL AND CAST(:reason AS text) = 'lost') THEN NULL
                     ELSE CAST(:error AS text) END,
        traceback = CASE WHEN {_AGAIN} THEN NULL ELSE CAST(:traceback AS text) END,
        not_before = CASE WHEN {_AGAIN} AND backoff_s > 0 THEN clock_timestamp() + make_interval(
            secs => least(backoff_s * power(2, attempt - 1), greatest(backoff_s, {_LONGEST_BACKOFF_S}))) END,
        completed_at = CASE WHEN {_AGAIN} THEN NULL ELSE clock_timestamp() END
    WHERE status = ANY (:sources) AND
"""  # noqa: S608


async def _end_attempts(
    session: AsyncSession,
    statement: TextClause,
    key: dict[str, object],
    *,
    reason: Reason,
    error: str | None,
    traceback: str | None = None,
    forced: bool,
) -> list[Changed]:
    """Ends the attempts that the statement finds by `key`, and with them their runs, or sends these back to their
    queues."""
    status = STATUS_OF[reason]
    possible: list[Status] = [status, "cancelled"]
    if retryable := reason in RETRY_REASONS:
        possible.append("pending")
    ending = {"status": status, "reason": reason, "error": error, "traceback": traceback, "forced": forced}
    rows = await session.execute(
        statement, {**key, **ending, "retryable": retryable, "sources": list(sources(*possible))}
    )
    changed = await _changed(session, rows)
    await attempts.end(
        session,
        [
            AttemptEnd(
                run_id=change.run_id,
                number=change.attempt,
                reason=change.reason or reason,
                error=None if change.status == "cancelled" and reason == "lost" else error,
                traceback=traceback,
            )
            for change in changed
        ],
    )
    return changed


_FINISH = text(f"{_END_ATTEMPT} id = :run_id AND worker_id = :worker_id AND attempt = :attempt {_CHANGED}")


async def finish(
    session: AsyncSession,
    *,
    run_id: UUID,
    worker_id: UUID,
    attempt: int,
    reason: Reason,
    error: str | None,
    traceback: str | None,
    forced: bool,
) -> Changed | None:
    """The end of an attempt, by its writer: the run's, or a new attempt's beginning, as the experiment asked. None:
    the run is no longer this writer's.

    `forced` says that the worker, not the experiment, ended it.
    """
    changed = await _end_attempts(
        session,
        _FINISH,
        {"run_id": run_id, "worker_id": worker_id, "attempt": attempt},
        reason=reason,
        error=error,
        traceback=traceback,
        forced=forced,
    )
    return changed[0] if changed else None


# A person's wish on a pending run is its end; on a running one it is recorded, for the worker to carry out.
_CANCEL = text(f"""
    UPDATE runs SET
        cancel_requested_at = coalesce(cancel_requested_at, clock_timestamp()),
        cancel_forced = cancel_forced OR :force,
        status = CASE status WHEN 'pending' THEN 'cancelled' ELSE status END,
        reason = CASE status WHEN 'pending' THEN 'user' END,
        completed_at = CASE status WHEN 'pending' THEN clock_timestamp() END,
        not_before = NULL
    WHERE id = ANY (:run_ids) AND status = ANY (:sources)
      AND (status = 'pending' OR cancel_requested_at IS NULL OR (:force AND NOT cancel_forced))
    {_CHANGED}
""")  # noqa: S608


async def request_cancel(session: AsyncSession, run_ids: list[UUID], *, force: bool = False) -> list[Changed]:
    """Records the wish to cancel; pending runs end at once. Runs that are over or already asked are left alone."""
    wish = {"run_ids": run_ids, "force": force, "sources": list(sources("cancelled"))}
    return await _changed(session, await session.execute(_CANCEL, wish))


# The lease is compared under the row's lock: a writer that renews it at this moment wins.
_REAP = f"""
    {_END_ATTEMPT} id IN (
        SELECT runs.id FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id
        WHERE runs.status = 'running' AND {{dead}}
        FOR UPDATE OF runs, run_vitals {{held}}
    )
    {_CHANGED}
"""  # noqa: S608
_REAP_EXPIRED = text(_REAP.format(dead="run_vitals.expires_at < clock_timestamp()", held="SKIP LOCKED"))
# Its own worker waits for a row that is held: a beat of its own may hold it, and has just renewed the lease.
_REAP_ATTEMPT = text(
    _REAP.format(
        dead="runs.id = :run_id AND run_vitals.worker_id = :worker_id AND run_vitals.attempt = :attempt", held=""
    )
)
_REAP_WORKERS = text(_REAP.format(dead="run_vitals.worker_id = ANY (:worker_ids)", held="SKIP LOCKED"))
_LOST = "The worker that ran this died or lost touch with the database; the run was ended."


async def _reap(session: AsyncSession, statement: TextClause, key: dict[str, object]) -> list[Changed]:
    return await _end_attempts(session, statement, key, reason="lost", error=_LOST, forced=True)


async def reap_expired(session: AsyncSession) -> list[Changed]:
    """Ends every attempt whose lease ran out: `lost`, or pending again where the experiment asked for retries."""
    return await _reap(session, _REAP_EXPIRED, {})


async def reap_attempt(session: AsyncSession, *, run_id: UUID, worker_id: UUID, attempt: int) -> list[Changed]:
    """The same for one attempt, by the worker that had to end it."""
    return await _reap(session, _REAP_ATTEMPT, {"run_id": run_id, "worker_id": worker_id, "attempt": attempt})


async def reap_workers(session: AsyncSession, worker_ids: list[UUID]) -> list[Changed]:
    """The same for all runs of workers that are known to be dead."""
    return await _reap(session, _REAP_WORKERS, {"worker_ids": worker_ids})


# A claim whose answer was lost: the worker holds a lease on a run it never started. Nothing ran, so nothing is lost.
_GIVE_BACK = text(f"""
    UPDATE runs SET
        status = CASE WHEN cancel_requested_at IS NULL THEN 'pending' ELSE 'cancelled' END,
        reason = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE 'user' END,
        completed_at = CASE WHEN cancel_requested_at IS NULL THEN NULL ELSE clock_timestamp() END,
        attempt = attempt - 1, started_at = NULL, worker_id = NULL
    WHERE id IN (
        SELECT runs.id FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id
        WHERE runs.status = ANY (:sources) AND run_vitals.worker_id = :worker_id AND NOT runs.id = ANY (:known)
          AND run_vitals.heartbeat_at < transaction_timestamp()
        FOR UPDATE OF runs, run_vitals SKIP LOCKED
    )
    {_CHANGED}
""")  # noqa: S608


async def give_back(session: AsyncSession, worker_id: UUID, known: list[UUID]) -> list[Changed]:
    """Returns to their queue the runs that the ledger gave to this worker and that it never heard of: all but
    `known`, which must have been read in this transaction, while no claim was under way. Runs that were claimed after
    the transaction began are left alone: their claims may have begun after that."""
    key = {"worker_id": worker_id, "known": known, "sources": list(sources("pending", "cancelled"))}
    changed = await _changed(session, await session.execute(_GIVE_BACK, key))
    await attempts.forget(session, [change.run_id for change in changed])
    return changed


_END_LEASES = text("""
    UPDATE run_vitals SET version = version + 1, worker_id = NULL, expires_at = NULL, stalls_at = NULL
    WHERE run_id = ANY (:run_ids)
""")
_RAISE_VERSIONS = text("UPDATE run_vitals SET version = version + 1 WHERE run_id = ANY (:run_ids)")


async def _changed(session: AsyncSession, rows: Any) -> list[Changed]:
    """Brings vitals and instances in step with runs that an UPDATE just returned."""
    changed = [
        Changed(
            run_id=row.id,
            instance_id=row.instance_id,
            status=row.status,
            reason=row.reason,
            queue=row.queue,
            worker_id=row.worker_id,
            attempt=row.attempt,
            delay_s=row.delay_s,
        )
        for row in rows
    ]
    if running := [change.run_id for change in changed if change.status == "running"]:
        await session.execute(_RAISE_VERSIONS, {"run_ids": running})
    if released := [change.run_id for change in changed if change.status != "running"]:
        await session.execute(_END_LEASES, {"run_ids": released})
    if changed:
        await _touch_instances(session, sorted({change.instance_id for change in changed}))
    return changed


_TOUCH = text("""
    UPDATE instances SET version = version + 1, active_at = clock_timestamp()
    WHERE id IN (SELECT id FROM instances WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE)
""")


async def _touch_instances(session: AsyncSession, instance_ids: list[UUID]) -> None:
    await session.execute(_TOUCH, {"ids": instance_ids})
