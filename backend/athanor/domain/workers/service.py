"""Reading who takes runs now."""

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.runs.models import Run
from athanor.domain.workers import models
from athanor.domain.workers.schemas import Worker

_W = models.Worker
_AGE_S = func.extract("epoch", func.clock_timestamp() - _W.heartbeat_at).label("age_s")
_RUNNING = (
    select(func.count()).where(Run.status == "running", Run.worker_id == _W.id).scalar_subquery().label("running")
)
_LIVE = (
    select(
        _W.id,
        _W.host,
        _W.pid,
        _W.queues,
        _W.slots,
        _RUNNING,
        _W.draining,
        _W.experiments,
        _W.folders,
        _W.started_at,
        _W.heartbeat_at,
        _AGE_S,
    )
    .where(_W.expires_at > func.clock_timestamp())
    .order_by(_W.host, _W.started_at, _W.id)
)


async def list_workers(session: AsyncSession) -> list[Worker]:
    """Workers whose lease stands, by the database's clock."""
    return [
        Worker(
            id=row.id,
            host=row.host,
            pid=row.pid,
            queues=row.queues,
            slots=row.slots,
            running=row.running,
            draining=row.draining,
            experiments=sorted(row.experiments),
            folders=row.folders,
            started_at=row.started_at,
            heartbeat_at=row.heartbeat_at,
            heartbeat_age_ms=max(0, round(row.age_s * 1000)),
        )
        for row in await session.execute(_LIVE)
    ]
