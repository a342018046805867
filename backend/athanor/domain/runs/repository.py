"""Reads of runs: the wide row and the narrow one, together."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.instances.models import Instance
from athanor.domain.runs.attempts import attempts_of
from athanor.domain.runs.models import Run, RunVitals
from athanor.domain.runs.schemas import Counts, LevelCounts, Progress, RunDetail, RunProgress, Waiting
from athanor.domain.runs.schemas import Run as RunView

_RUN = (
    Run.id,
    Run.number,
    Run.instance_id,
    Run.experiment,
    Run.queue,
    Run.status,
    Run.reason,
    Run.error,
    Run.traceback,
    Run.attempt,
    Run.retries,
    Run.not_before,
    Run.worker_id,
    Run.created_at,
    Run.started_at,
    Run.completed_at,
    Run.cancel_requested_at,
)
_VITALS = (
    RunVitals.logs_debug,
    RunVitals.logs_info,
    RunVitals.logs_warn,
    RunVitals.logs_error,
    RunVitals.results,
    RunVitals.metrics,
    RunVitals.progress_current,
    RunVitals.progress_total,
    RunVitals.progress_message,
    RunVitals.version,
)
_STALLS_AT = RunVitals.stalls_at
_HEARTBEAT_AGE_S = func.extract("epoch", func.clock_timestamp() - RunVitals.heartbeat_at).label("heartbeat_age_s")


def selection(*, detail: bool = False) -> Select[*tuple[Any, ...]]:
    """Every run, joined with its vitals; `detail` adds what is frozen with it."""
    columns = [*_RUN, *_VITALS, _STALLS_AT, _HEARTBEAT_AGE_S]
    if detail:
        columns += [Run.config, Run.config_schema, Run.source_hash, Run.environment]
    return select(*columns).join(RunVitals, RunVitals.run_id == Run.id)


def to_counts(row: Any) -> Counts:
    return Counts(
        logs=LevelCounts(debug=row.logs_debug, info=row.logs_info, warn=row.logs_warn, error=row.logs_error),
        results=row.results,
        metrics=row.metrics,
    )


def to_progress(row: Any) -> Progress | None:
    if row.progress_current is None:
        return None
    return Progress(current=row.progress_current, total=row.progress_total, message=row.progress_message)


def _fields(row: Any, waiting: dict[UUID, Waiting]) -> dict[str, Any]:
    running = row.status == "running" and row.heartbeat_age_s is not None
    return {
        **{name.key: getattr(row, name.key) for name in _RUN},
        "progress": to_progress(row),
        "heartbeat_age_ms": max(0, round(row.heartbeat_age_s * 1000)) if running else None,
        "stalls_at": row.stalls_at,
        "waiting": waiting.get(row.id),
        "counts": to_counts(row),
        "version": row.version,
    }


async def views(session: AsyncSession, rows: Sequence[Any]) -> list[RunView]:
    """Rows of `selection()` as the API says them."""
    waiting = await _waiting(session, (row.id for row in rows if row.status == "pending"))
    return [RunView(**_fields(row, waiting)) for row in rows]


async def load(session: AsyncSession, run_ids: Sequence[UUID]) -> list[RunView]:
    """The runs with these ids, in no order."""
    rows = (await session.execute(selection().where(Run.id.in_(run_ids)))).all()
    return await views(session, rows)


async def detail(session: AsyncSession, run_id: UUID) -> RunDetail | None:
    """A run with all its parts; None where it, or its instance, is gone."""
    seen = selection(detail=True).join(Instance, Instance.id == Run.instance_id).where(Instance.deleted_at.is_(None))
    row = (await session.execute(seen.where(Run.id == run_id))).one_or_none()
    if row is None:
        return None
    waiting = await _waiting(session, [row.id] if row.status == "pending" else [])
    return RunDetail(
        **_fields(row, waiting),
        config=row.config,
        config_schema=row.config_schema,
        source_hash=row.source_hash,
        environment=row.environment,
        attempts=await attempts_of(session, run_id),
    )


_EXISTS = select(Run.id).join(Instance, Instance.id == Run.instance_id).where(Instance.deleted_at.is_(None))


async def exists(session: AsyncSession, run_id: UUID) -> bool:
    """Whether the run is there, and its instance too."""
    return (await session.execute(_EXISTS.where(Run.id == run_id))).first() is not None


async def progress(session: AsyncSession, run_id: UUID) -> RunProgress | None:
    """The small part of a run that moves all the time."""
    row = (await session.execute(select(*_VITALS).where(RunVitals.run_id == run_id))).one_or_none()
    if row is None:
        return None
    return RunProgress(id=run_id, progress=to_progress(row), counts=to_counts(row), version=row.version)


async def exact_log_counts(session: AsyncSession, run_id: UUID) -> list[int]:
    """Log lines of the run by level, debug first; all 0 for an unknown run."""
    columns = (RunVitals.logs_debug, RunVitals.logs_info, RunVitals.logs_warn, RunVitals.logs_error)
    row = (await session.execute(select(*columns).where(RunVitals.run_id == run_id))).one_or_none()
    return list(row) if row is not None else [0, 0, 0, 0]


_WAITING = text("""
    WITH queued AS (
        SELECT id, queue, experiment, count(*) FILTER (
            WHERE not_before IS NULL OR not_before <= clock_timestamp()
        ) OVER (PARTITION BY queue ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS ahead
        FROM runs WHERE status = 'pending'
    )
    SELECT queued.id, queued.ahead, (
        SELECT count(*) FROM workers
        WHERE workers.expires_at > clock_timestamp() AND NOT draining
          AND queued.queue = ANY (queues) AND queued.experiment = ANY (experiments)
    ) AS workers
    FROM queued WHERE queued.id = ANY (:ids)
""")


async def _waiting(session: AsyncSession, run_ids: Iterable[UUID]) -> dict[UUID, Waiting]:
    ids = list(run_ids)
    if not ids:
        return {}
    rows = await session.execute(_WAITING, {"ids": ids})
    return {row.id: Waiting(ahead=row.ahead, workers=row.workers) for row in rows}
