"""What a scrape asks of PostgreSQL and Redis: how runs, queues and workers stand, and what each worker counted."""

from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import text

from athanor.db.session import Database
from athanor.domain.overview.schemas import QueueOverview
from athanor.domain.overview.service import read_queues
from athanor.domain.workers.schemas import Worker
from athanor.domain.workers.service import list_workers
from athanor.live.publisher import Publisher
from athanor.wire.figures import WorkerFigures, figures_key

# All runs, once a scrape: the index on (instance, status) has what is needed.
_RUNS = text("""
    SELECT status, coalesce(reason, '') AS reason, count(*) AS runs FROM runs GROUP BY status, reason
""")
_OLDEST = text("""
    SELECT queue, extract(epoch FROM clock_timestamp() - min(created_at))::float AS seconds
    FROM runs WHERE status = 'pending' GROUP BY queue
""")


class RunCount(Struct, frozen=True):
    """How many runs stand so; `reason` is empty for those that are not over."""

    status: str
    reason: str
    count: int


class Standing(Struct, kw_only=True):
    """`figures`: of the live workers that posted theirs; `oldest_s`: age of the oldest pending run by queue."""

    runs: list[RunCount]
    queues: list[QueueOverview]
    oldest_s: dict[str, float]
    workers: list[Worker]
    figures: dict[UUID, WorkerFigures]


async def read_standing(database: Database, publisher: Publisher) -> Standing:
    """Raises while PostgreSQL is away; without Redis there are no figures."""
    async with database.read() as session:
        runs = [RunCount(row.status, row.reason, row.runs) for row in await session.execute(_RUNS)]
        queues = await read_queues(session)
        oldest = {row.queue: row.seconds for row in await session.execute(_OLDEST)}
        workers = await list_workers(session)
    return Standing(
        runs=runs, queues=queues, oldest_s=oldest, workers=workers, figures=await _figures(workers, publisher)
    )


async def _figures(workers: list[Worker], publisher: Publisher) -> dict[UUID, WorkerFigures]:
    found: dict[UUID, WorkerFigures] = {}
    kept = await publisher.kept([figures_key(worker.id) for worker in workers])
    for worker, data in zip(workers, kept, strict=True):
        try:
            if data is not None:
                found[worker.id] = msgspec.msgpack.decode(data, type=WorkerFigures)
        except msgspec.MsgspecError:
            continue  # a worker of another version: it has no figures here
    return found
