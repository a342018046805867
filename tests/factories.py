"""Rows as the product makes them, with what a test does not care about filled in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from athanor.db.base import new_id, to_json
from athanor.db.session import Database
from athanor.domain.experiments.models import Experiment
from athanor.domain.instances.models import Instance
from athanor.domain.runs.schemas import RunDetail
from athanor.domain.runs.service import start_run
from athanor.domain.runs.transitions import Claim, claim
from athanor.live.publisher import Publisher
from athanor.wire.reports import Report
from athanor.wire.topics import Stream
from athanor.worker.append import Appender, Fence
from athanor.worker.batch import Batch
from athanor.worker.ingest import Ingest

SCHEMA = {
    "type": "object",
    "properties": {"flips": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}},
    "additionalProperties": False,
}


@asynccontextmanager
async def open_database(backend: Any) -> AsyncIterator[tuple[Database, Publisher]]:
    """A database whose outbox goes to the real Redis."""
    publisher = Publisher(backend.redis_url)
    database = Database(backend.database_url, publisher.deliver)
    try:
        yield database, publisher
    finally:
        await database.close()
        await publisher.close()


async def make_instance(database: Database, *, name: str = "a", experiment: str = "coin_flip", **fields: Any) -> UUID:
    """An instance of an experiment that is in the catalogue."""
    async with database.unit() as unit:
        if await unit.session.get(Experiment, experiment) is None:
            unit.session.add(
                Experiment(
                    name=experiment,
                    title=experiment,
                    description="",
                    module=experiment,
                    config_schema=to_json(SCHEMA),
                    form_schema=to_json(SCHEMA),
                    defaults=to_json({"flips": 10}),
                    queue="default",
                    **fields,
                )
            )
        instance = Instance(
            id=new_id(), name=name, experiment=experiment, config=to_json({"flips": 10}), config_schema=to_json(SCHEMA)
        )
        unit.session.add(instance)
        return instance.id


async def make_run(database: Database, instance_id: UUID | None = None, **fields: Any) -> RunDetail:
    """A pending run."""
    instance_id = instance_id or await make_instance(database, **fields)
    async with database.unit() as unit:
        return await start_run(unit, instance_id, None)


async def take(
    database: Database, run_id: UUID | None = None, *, worker_id: UUID | None = None, lease_s: float = 60.0
) -> Claim | None:
    """A claim, as a worker makes it."""
    async with database.unit() as unit:
        return await claim(
            unit.session,
            worker_id=worker_id or new_id(),
            lease_s=lease_s,
            queues=["default"],
            experiments=["coin_flip"],
            busy=[],
            run_id=run_id,
        )


async def make_running(
    database: Database, instance_id: UUID | None = None, *, lease_s: float = 60.0
) -> tuple[Claim, Fence]:
    """A claimed run and the fence of its writer."""
    run = await make_run(database, instance_id)
    worker_id = new_id()
    claimed = await take(database, run.id, worker_id=worker_id, lease_s=lease_s)
    assert claimed is not None
    fence = Fence(run_id=run.id, worker_id=worker_id, attempt=claimed.attempt, lease_s=lease_s)
    return claimed, fence


async def write(database: Database, fence: Fence, reports: Sequence[Report]) -> None:
    """Commits what an experiment reported, as its worker does; for a run that has no entries yet."""
    batch = Batch()
    batch.add(reports)
    await Appender(database, fence, dict(HEADS)).append(batch, retried=False)


HEADS: dict[Stream, int] = {"logs": 0, "results": 0, "metrics": 0}


def make_ingest(
    database: Database, publisher: Publisher, claimed: Claim, fence: Fence, pauses: list[str] | None = None
) -> Ingest:
    """The write side of a running run; what it asks of the reader goes to `pauses`."""
    asked = [] if pauses is None else pauses
    return Ingest(
        database,
        publisher,
        fence,
        dict(HEADS),
        instance_id=claimed.instance_id,
        pause=lambda: asked.append("pause"),
        resume=lambda: asked.append("resume"),
        give_up=lambda: False,
    )
