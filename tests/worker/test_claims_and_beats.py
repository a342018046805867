"""What a worker must not forget: a claim that was under way when it stopped, and its offers after it was given up."""

import asyncio
import os
from types import SimpleNamespace

from sqlalchemy import text

from athanor.db.base import new_id
from athanor.db.session import Outbox
from athanor.domain.runs.service import get_run
from athanor.domain.workers.repository import Registration, register
from athanor.loops import end
from athanor.queue.connection import connect_arq
from athanor.queue.doorbell import ring
from athanor.settings import Settings
from athanor.worker.child_environment import child_environment
from athanor.worker.doorbells import answer_forever
from athanor.worker.execute_run import Offer
from athanor.worker.figures import Figures
from athanor.worker.heart import Heart
from athanor.worker.slots import Slots
from factories import make_run, open_database


def some_worker() -> Registration:
    return Registration(
        id=new_id(),
        host="here",
        machine="here",
        pid=7,
        process_started=1.0,
        queues=("default",),
        slots=1,
        folders=(),
    )


def test_a_run_that_is_claimed_as_the_worker_stops_is_executed_and_ended(backend, tmp_path):
    async def main():
        async with open_database(backend) as (database, publisher):
            queue = f"queue-{new_id()}"
            run = await make_run(database)
            async with database.unit() as unit:
                await unit.session.execute(text("UPDATE runs SET queue = :queue"), {"queue": queue})
            claimed, release = asyncio.Event(), asyncio.Event()
            deliver = database.deliver

            async def slowly(outbox: Outbox):
                claimed.set()
                await release.wait()
                await deliver(outbox)

            settings = Settings(queues=(queue,), slots=1)
            slots = Slots(settings, new_id(), database, publisher, child_environment(os.environ), Figures())
            slots.offers = {
                "coin_flip": Offer(module="nowhere", folder=tmp_path, python="3", packages={}, source_hash=None)
            }
            answering = asyncio.create_task(answer_forever(backend.redis_url, queue, slots, 1))
            redis = connect_arq(backend.redis_url)
            database.deliver = slowly
            await ring(redis, queue, run.id)
            await claimed.wait()
            slots.close()
            await end([answering])
            draining = asyncio.create_task(slots.drain(60, asyncio.Event()))
            release.set()
            await draining
            async with database.read() as session:
                found = await get_run(session, run.id)
            assert (found.status, found.reason) == ("failed", "error")
            await redis.aclose(close_connection_pool=True)

    asyncio.run(main())


def test_a_worker_whose_lease_had_run_out_tells_again_what_it_offers(backend):
    async def main():
        async with open_database(backend) as (database, _):
            published = 0

            async def publish():
                nonlocal published
                published += 1

            worker = some_worker()
            async with database.unit() as unit:
                await register(unit.session, worker, lease_s=60.0)
            slots = SimpleNamespace(executions={}, known=[])
            heart = Heart(Settings(lease_s=60.0), worker, database, slots, publish)
            await heart.beat()
            assert published == 0
            async with database.unit() as unit:
                await unit.session.execute(
                    text("UPDATE workers SET expires_at = clock_timestamp() - interval '1 s' WHERE id = :id"),
                    {"id": worker.id},
                )
            await heart.beat()
            await heart.beat()
            assert published == 1

    asyncio.run(main())


def test_the_last_beat_of_a_worker_that_has_signed_off_does_not_bring_it_back(backend):
    async def main():
        async with open_database(backend) as (database, _):
            worker = some_worker()

            async def publish():
                return None

            heart = Heart(Settings(lease_s=60.0), worker, database, SimpleNamespace(executions={}, known=[]), publish)
            heart.signed_off = True
            await heart.beat()
            async with database.read() as session:
                count = text("SELECT count(*) FROM workers WHERE id = :id")
                assert (await session.execute(count, {"id": worker.id})).scalar_one() == 0

    asyncio.run(main())
