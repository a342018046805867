"""The numbers of the overview: three short queries over what is active."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.overview.schemas import Overview, QueueOverview

_QUEUES = text("""
    WITH active AS (
        SELECT queue AS name, count(*) FILTER (WHERE status = 'pending') AS pending,
            count(*) FILTER (WHERE status = 'running') AS running
        FROM runs WHERE status IN ('pending', 'running') GROUP BY queue
    ), served AS (
        SELECT name, count(*) AS workers, sum(slots) AS slots
        FROM workers CROSS JOIN LATERAL unnest(queues) AS name
        WHERE expires_at > clock_timestamp() AND NOT draining GROUP BY name
    )
    SELECT name, coalesce(pending, 0) AS pending, coalesce(running, 0) AS running,
        coalesce(workers, 0) AS workers, coalesce(slots, 0) AS slots
    FROM active FULL JOIN served USING (name) ORDER BY name
""")
_WORKERS = text("""
    SELECT count(*) AS workers, coalesce(sum(slots), 0) AS slots
    FROM workers WHERE expires_at > clock_timestamp() AND NOT draining
""")
_FAILED = text("""
    SELECT count(*) FROM runs JOIN instances ON instances.id = runs.instance_id
    WHERE runs.status = 'failed' AND runs.completed_at > clock_timestamp() - interval '24 hours'
      AND instances.deleted_at IS NULL
""")


async def read_queues(session: AsyncSession) -> list[QueueOverview]:
    """The queues that hold active runs or are served, by name."""
    return [
        QueueOverview(name=row.name, pending=row.pending, running=row.running, workers=row.workers, slots=row.slots)
        for row in await session.execute(_QUEUES)
    ]


async def read_overview(session: AsyncSession, *, cancel_grace_s: float) -> Overview:
    """By the database's clock; workers that drain take no runs and do not count."""
    queues = await read_queues(session)
    workers = (await session.execute(_WORKERS)).one()
    return Overview(
        running=sum(queue.running for queue in queues),
        queued=sum(queue.pending for queue in queues),
        failed_last_24h=(await session.execute(_FAILED)).scalar_one(),
        workers=workers.workers,
        slots=workers.slots,
        queues=queues,
        cancel_grace_s=cancel_grace_s,
    )
