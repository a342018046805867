"""Runs that nobody needs any more: which they are, and how they go. Active runs and instances are never touched."""

from datetime import datetime
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.session import Unit
from athanor.domain.runs.announce import announce_deleted, announce_instances
from athanor.domain.runs.service import discard
from athanor.wire.status import Status

CHUNK_RUNS = 100


class Rule(Struct, frozen=True, kw_only=True):
    """Runs that ended more than `older_than_s` ago in one of `statuses` (terminal ones), but for those of instances
    with one of `keep_tags`."""

    older_than_s: float
    statuses: tuple[Status, ...] = ("completed", "failed", "cancelled")
    keep_tags: tuple[str, ...] = ()


class Extent(Struct, frozen=True, kw_only=True):
    """What a rule takes away. `oldest` and `newest`: when the first and the last of the runs ended, None without."""

    runs: int
    instances: int
    logs: int
    results: int
    metrics: int
    oldest: datetime | None
    newest: datetime | None
    before: datetime
    """Ends before this moment are old enough, by the database's clock."""


# Runs of deleted instances are the sweeper's.
_FITTING = """
    FROM runs JOIN instances ON instances.id = runs.instance_id JOIN run_vitals ON run_vitals.run_id = runs.id
    WHERE runs.completed_at < :before AND runs.status = ANY (:statuses)
      AND runs.status IN ('completed', 'failed', 'cancelled')
      AND instances.deleted_at IS NULL AND NOT instances.tags && CAST(:keep_tags AS text[])
"""
_BEFORE = text("SELECT clock_timestamp() - make_interval(secs => :older_than_s)")
_EXTENT = text(f"""
    SELECT count(*) AS runs, count(DISTINCT instances.id) AS instances,
        coalesce(sum(logs_debug + logs_info + logs_warn + logs_error), 0)::bigint AS logs,
        coalesce(sum(results), 0)::bigint AS results, coalesce(sum(metrics), 0)::bigint AS metrics,
        min(runs.completed_at) AS oldest, max(runs.completed_at) AS newest {_FITTING}
""")
_CHUNK = text(f"""
    SELECT runs.id, runs.instance_id, run_vitals.version {_FITTING}
    ORDER BY runs.completed_at, runs.id LIMIT {CHUNK_RUNS} FOR UPDATE OF runs SKIP LOCKED
""")
# `active_at` stays: nobody did anything with these instances.
_RAISE_VERSIONS = text("""
    UPDATE instances SET version = version + 1
    WHERE id IN (SELECT id FROM instances WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE)
""")


async def extent_of(session: AsyncSession, rule: Rule) -> Extent:
    """What the rule would take away now."""
    before = (await session.execute(_BEFORE, {"older_than_s": rule.older_than_s})).scalar_one()
    row = (await session.execute(_EXTENT, _parameters(rule, before))).one()
    return Extent(
        runs=row.runs,
        instances=row.instances,
        logs=row.logs,
        results=row.results,
        metrics=row.metrics,
        oldest=row.oldest,
        newest=row.newest,
        before=before,
    )


async def prune_chunk(unit: Unit, rule: Rule, before: datetime) -> int:
    """Takes up to CHUNK_RUNS of the runs away, the oldest first, as deleting each would; how many it were.

    What they wrote is removed by the sweeper.
    """
    rows = (await unit.session.execute(_CHUNK, _parameters(rule, before))).all()
    if not rows:
        return 0
    instance_ids: list[UUID] = sorted({row.instance_id for row in rows})
    await discard(unit.session, [row.id for row in rows])
    await unit.session.execute(_RAISE_VERSIONS, {"ids": instance_ids})
    for row in rows:
        announce_deleted(unit, row.id, row.instance_id, row.version)
    await announce_instances(unit, instance_ids)
    return len(rows)


def _parameters(rule: Rule, before: datetime) -> dict[str, object]:
    return {"before": before, "statuses": list(rule.statuses), "keep_tags": list(rule.keep_tags)}
