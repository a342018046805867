"""Reads of instances, with what their runs add to them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import TIMESTAMP, ColumnElement, Select, Text, column, func, literal_column, or_, select, table, true
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.instances import models
from athanor.domain.instances.schemas import Instance, LastRun, RecentRun, RunCounts
from athanor.wire.status import Status

# Runs know instances, not the other way round: only the columns needed here, by name.
RUNS = table(
    "runs",
    column("instance_id"),
    column("number"),
    column("status", Text),
    column("completed_at", TIMESTAMP(timezone=True)),
)
RECENT = 10

_RECENT: ColumnElement[str | None] = literal_column(f"""(
    SELECT json_agg(newest)::text FROM (
        SELECT id, number, status, created_at, started_at, completed_at FROM runs
        WHERE runs.instance_id = instances.id ORDER BY number DESC LIMIT {RECENT}
    ) AS newest
)""").label("recent")  # noqa: S608

_LAST_STATUS = (
    select(RUNS.c.status)
    .where(RUNS.c.instance_id == models.Instance.id)
    .order_by(RUNS.c.number.desc())
    .limit(1)
    .correlate(models.Instance)
    .scalar_subquery()
)
_RECENTLY = RUNS.c.completed_at > func.clock_timestamp() - timedelta(hours=24)


def stands(statuses: Sequence[Status]) -> ColumnElement[bool]:
    """Whether an instance stands so, as the overview counts: any of its runs is pending or running; its last run ended
    so; or one of its runs failed within 24 hours."""
    found: list[ColumnElement[bool]] = []
    if active := [status for status in statuses if status in ("pending", "running")]:
        found.append(_has_run(RUNS.c.status.in_(active)))
    if ended := [status for status in statuses if status not in active]:
        found.append(_LAST_STATUS.in_(ended))
    if "failed" in ended:
        found.append(_has_run(RUNS.c.status == "failed", _RECENTLY))
    return or_(*found)


def _has_run(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(RUNS.c.number)
        .where(RUNS.c.instance_id == models.Instance.id, *conditions)
        .correlate(models.Instance)
        .exists()
    )


def selection() -> Select[*tuple[Any, ...]]:
    """Instances that are not deleted, each with its run counts and newest runs in one row."""
    i = models.Instance
    counts = (
        select(
            *[
                func.count().filter(RUNS.c.status == status).label(f"runs_{status}")
                for status in ("pending", "running", "completed", "failed", "cancelled")
            ]
        )
        .where(RUNS.c.instance_id == i.id)
        .lateral("counts")
    )
    return (
        select(
            i.id,
            i.name,
            i.description,
            i.experiment,
            i.config,
            i.tags,
            i.version,
            i.created_at,
            i.updated_at,
            i.active_at,
            counts,
            _RECENT,
        )
        .select_from(i)
        .join(counts, true())
        .where(i.deleted_at.is_(None))
    )


def to_instance(row: Any) -> Instance:
    """A row of `selection()` as the API says it."""
    recent = msgspec.json.decode(row.recent, type=list[LastRun]) if row.recent else []
    runs = {status: getattr(row, f"runs_{status}") for status in ("pending", "running", "completed", "failed")}
    cancelled = row.runs_cancelled
    return Instance(
        id=row.id,
        name=row.name,
        description=row.description,
        experiment=row.experiment,
        config=row.config,
        tags=row.tags,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
        active_at=row.active_at,
        run_counts=RunCounts(**runs, cancelled=cancelled, total=sum(runs.values()) + cancelled),
        last_run=recent[0] if recent else None,
        recent_runs=[RecentRun(id=run.id, status=run.status) for run in recent],
    )


async def load(session: AsyncSession, instance_ids: Sequence[UUID]) -> list[Instance]:
    """The instances with these ids that are not deleted, in no order."""
    rows = await session.execute(selection().where(models.Instance.id.in_(instance_ids)))
    return [to_instance(row) for row in rows]
