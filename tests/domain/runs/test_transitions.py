"""The transition table, compare-and-set by compare-and-set, on a real PostgreSQL."""

import asyncio
import math
import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from athanor.db.base import new_id
from athanor.db.session import Database
from athanor.domain.runs import reaper
from athanor.domain.runs.reaper import WORKER_SESSION_PREFIX, Clocks, reap_forever, reap_once
from athanor.domain.runs.service import get_run
from athanor.domain.runs.status import REASONS, STATUS_OF, STATUSES, TERMINAL, TRANSITIONS, sources
from athanor.domain.runs.transitions import claim, finish, give_back, reap_attempt, reap_workers, request_cancel
from athanor.wire.reports import Log
from athanor.worker.append import Appender, Fenced
from athanor.worker.batch import Batch
from factories import make_instance, make_run, make_running, open_database, take

HEADS = {"logs": 0, "results": 0, "metrics": 0}


async def state(database, run_id):
    async with database.read() as session:
        run = await get_run(session, run_id)
    return run.status, run.reason


async def end(database, fence, reason="ok", *, forced=False):
    async with database.unit() as unit:
        return await finish(
            unit.session,
            run_id=fence.run_id,
            worker_id=fence.worker_id,
            attempt=fence.attempt,
            reason=reason,
            error=None,
            traceback=None,
            forced=forced,
        )


async def cancel(database, run_id, *, force=False):
    async with database.unit() as unit:
        return await request_cancel(unit.session, [run_id], force=force)


def test_terminal_states_lead_nowhere_and_every_reason_has_its_status():
    assert {status for status in STATUSES if not TRANSITIONS[status]} == set(TERMINAL)
    assert set(STATUS_OF) == set(REASONS)
    assert set(STATUS_OF.values()) == set(TERMINAL)
    assert sources("running") == ("pending",)
    assert sources("pending") == ("running",)


def test_a_hundred_claims_of_one_run_give_it_to_one_worker(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database)
            claims = await asyncio.gather(*[take(database, run.id) for _ in range(100)])
            assert [claimed.attempt for claimed in claims if claimed] == [1]
            assert await state(database, run.id) == ("running", None)

    asyncio.run(main())


def test_a_claim_takes_the_oldest_run_of_its_queues_and_experiments_alone(backend):
    async def main():
        async with open_database(backend) as (database, _):
            await make_run(database, await make_instance(database, experiment="other"))
            oldest = await make_run(database)
            await make_run(database, oldest.instance_id)
            claimed = await take(database)
            assert claimed is not None
            assert claimed.run_id == oldest.id

    asyncio.run(main())


@pytest.mark.parametrize("reason", REASONS)
def test_each_reason_ends_a_running_run_once(backend, reason):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            assert await end(database, fence, reason) is not None
            assert await end(database, fence, "lost") is None
            assert await state(database, fence.run_id) == (STATUS_OF[reason], reason)
            assert await cancel(database, fence.run_id) == []
            assert await take(database, fence.run_id) is None

    asyncio.run(main())


@pytest.mark.parametrize(("forced", "reason"), [(False, "user"), (True, "user_forced")])
@pytest.mark.parametrize("said", ["ok", "error", "timeout", "exit", "lost"])
def test_after_a_cancel_request_every_end_is_cancelled(backend, said, forced, reason):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            await cancel(database, fence.run_id)
            await end(database, fence, said, forced=forced)
            assert await state(database, fence.run_id) == ("cancelled", reason)

    asyncio.run(main())


def test_a_pending_run_is_cancelled_at_once_and_never_claimed(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database)
            assert len(await cancel(database, run.id)) == 1
            assert await cancel(database, run.id) == []
            assert await state(database, run.id) == ("cancelled", "user")
            assert await take(database, run.id) is None

    asyncio.run(main())


def test_cancelling_twice_is_one_change_and_force_is_another(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            assert len(await cancel(database, fence.run_id)) == 1
            assert await cancel(database, fence.run_id) == []
            assert len(await cancel(database, fence.run_id, force=True)) == 1
            assert await cancel(database, fence.run_id, force=True) == []

    asyncio.run(main())


async def expire(database, run_id):
    async with database.unit() as unit:
        await unit.session.execute(
            text("UPDATE run_vitals SET expires_at = clock_timestamp() - interval '1 ms' WHERE run_id = :id"),
            {"id": run_id},
        )


def test_an_expired_lease_ends_the_run_and_fences_its_writer(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            assert await reap_once(database) == []
            await expire(database, fence.run_id)
            reaped = await asyncio.gather(*[reap_once(database) for _ in range(8)])
            assert [change.run_id for changes in reaped for change in changes] == [fence.run_id]
            assert await state(database, fence.run_id) == ("failed", "lost")
            batch = Batch()
            batch.add([Log(0, "info", "late")])
            with pytest.raises(Fenced):
                await Appender(database, fence, dict(HEADS)).append(batch, retried=False)
            assert await end(database, fence) is None

    asyncio.run(main())


def test_retries_send_a_lost_run_back_to_its_queue_until_they_are_used_up(backend):
    async def main():
        async with open_database(backend) as (database, _):
            instance_id = await make_instance(database, retries=1)
            run = await make_run(database, instance_id)
            for attempt, after in ((1, ("pending", None)), (2, ("failed", "lost"))):
                claimed = await take(database, run.id)
                assert claimed is not None
                assert claimed.attempt == attempt
                await expire(database, run.id)
                await reap_once(database)
                assert await state(database, run.id) == after

    asyncio.run(main())


def test_the_reaper_honours_a_wish_to_cancel(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            await cancel(database, fence.run_id)
            await expire(database, fence.run_id)
            await reap_once(database)
            assert await state(database, fence.run_id) == ("cancelled", "user_forced")

    asyncio.run(main())


def test_a_dead_workers_runs_end_without_waiting_for_the_lease(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            _, other = await make_running(database)
            async with database.unit() as unit:
                assert [change.run_id for change in await reap_workers(unit.session, [fence.worker_id, new_id()])] == [
                    fence.run_id
                ]
            assert await state(database, fence.run_id) == ("failed", "lost")
            assert await state(database, other.run_id) == ("running", None)

    asyncio.run(main())


def test_finishing_and_cancelling_at_the_same_moment_leave_one_ending(backend):
    async def main():
        async with open_database(backend) as (database, _):
            endings = set()
            for _ in range(60):
                _, fence = await make_running(database)
                await asyncio.gather(
                    end(database, fence), cancel(database, fence.run_id), cancel(database, fence.run_id, force=True)
                )
                endings.add(await state(database, fence.run_id))
            assert endings <= {("completed", "ok"), ("cancelled", "user")}

    asyncio.run(main())


def test_versions_only_grow(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            versions = []

            async def look():
                async with database.read() as session:
                    versions.append((await get_run(session, fence.run_id)).version)

            await look()
            await cancel(database, fence.run_id)
            await look()
            await end(database, fence)
            await look()
            assert versions == sorted(set(versions))

    asyncio.run(main())


def test_a_claim_whose_answer_was_lost_is_given_back_as_if_it_had_not_been(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, started = await make_running(database)
            run = await make_run(database)
            await take(database, run.id, worker_id=started.worker_id)
            async with database.unit() as unit:
                await unit.session.execute(text("SELECT 1"))
                late = await make_run(database)
                await take(database, late.id, worker_id=started.worker_id)
                changes = await give_back(unit.session, started.worker_id, [started.run_id])
            assert [change.run_id for change in changes] == [run.id]
            assert await state(database, run.id) == ("pending", None)
            assert await state(database, started.run_id) == ("running", None)
            assert await state(database, late.id) == ("running", None), "claimed after the transaction began"
            claimed = await take(database, run.id)
            assert claimed is not None
            assert claimed.attempt == 1

    asyncio.run(main())


def test_a_worker_that_gives_a_run_up_waits_for_a_beat_of_its_own(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            key = {"run_id": fence.run_id, "worker_id": fence.worker_id, "attempt": fence.attempt}

            async def lose():
                async with database.unit() as unit:
                    return await reap_attempt(unit.session, **key)

            async with database.connection() as connection:
                beat = text("UPDATE run_vitals SET expires_at = expires_at + interval '1 min' WHERE run_id = :id")
                await connection.execute(beat, {"id": fence.run_id})
                losing = asyncio.create_task(lose())
                waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                found = 0
                while not found and not losing.done():
                    async with database.read() as session:
                        found = (await session.execute(waiting)).scalar_one()
                await connection.commit()
            assert [change.run_id for change in await losing] == [fence.run_id]
            assert await state(database, fence.run_id) == ("failed", "lost")

    asyncio.run(main())


def test_leases_that_ran_out_while_the_machine_slept_are_judged_after_a_beat(backend, monkeypatch):
    monkeypatch.setattr(reaper, "PATIENCE_S", 1000.0)

    async def main():
        async with open_database(backend) as (database, _):
            _, alive = await make_running(database)
            _, dead = await make_running(database)
            slept_s, rounds = 0.0, 0

            def monotonic():
                nonlocal rounds
                rounds += 1
                return time.monotonic() - slept_s

            clocks = Clocks(monotonic)
            reaping = asyncio.create_task(reap_forever(database, lease_s=0.4, clocks=clocks))
            while rounds < 2:
                await asyncio.sleep(0.01)
            slept_s = 60.0
            for fence in (alive, dead):
                await expire(database, fence.run_id)
            seen = rounds
            while rounds < seen + 6:
                await asyncio.sleep(0.01)
            assert await state(database, alive.run_id) == ("running", None)
            assert await state(database, dead.run_id) == ("running", None)
            async with database.unit() as unit:
                renew = "UPDATE run_vitals SET expires_at = clock_timestamp() + interval '1 min' WHERE run_id = :id"
                await unit.session.execute(text(renew), {"id": alive.run_id})
            clocks._patient_until = -math.inf
            async with asyncio.timeout(60):
                while await state(database, dead.run_id) == ("running", None):
                    await asyncio.sleep(0.02)
            assert await state(database, dead.run_id) == ("failed", "lost")
            assert await state(database, alive.run_id) == ("running", None)
            reaping.cancel()
            await asyncio.gather(reaping, return_exceptions=True)

    asyncio.run(main())


def test_a_lost_run_is_ended_also_while_its_worker_holds_the_row(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            _, fence = await make_running(database)
            await expire(database, fence.run_id)
            name = f"{WORKER_SESSION_PREFIX}{fence.worker_id}"
            frozen = Database(backend.database_url, publisher.deliver, application=name)
            async with frozen.connection() as connection:
                hold = text("UPDATE run_vitals SET metrics = 1 WHERE run_id = :id")
                await connection.execute(hold, {"id": fence.run_id})
                assert await reap_once(database) == []
                assert [change.run_id for change in await reap_once(database)] == [fence.run_id]
                assert await state(database, fence.run_id) == ("failed", "lost")
                with pytest.raises(DBAPIError):
                    await connection.commit()
            await frozen.close()

    asyncio.run(main())


def test_an_attempt_given_up_by_its_worker_is_lost_as_the_reaper_would_have_it(backend):
    async def main():
        async with open_database(backend) as (database, _):
            instance_id = await make_instance(database, retries=1)
            run = await make_run(database, instance_id)
            for attempt, after in ((1, ("pending", None)), (2, ("failed", "lost"))):
                worker_id = new_id()
                assert await take(database, run.id, worker_id=worker_id)
                async with database.unit() as unit:
                    key = {"run_id": run.id, "worker_id": worker_id, "attempt": attempt}
                    assert await reap_attempt(unit.session, **{**key, "attempt": 7}) == []
                    assert len(await reap_attempt(unit.session, **key)) == 1
                assert await state(database, run.id) == after

    asyncio.run(main())


def test_a_worker_does_not_take_the_next_attempt_while_its_last_one_still_runs(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database)
            settings = {"worker_id": new_id(), "lease_s": 9.0, "queues": ["default"], "experiments": ["coin_flip"]}
            async with database.unit() as unit:
                assert await claim(unit.session, **settings, busy=[run.id]) is None
                assert await claim(unit.session, **settings, busy=[new_id()]) is not None

    asyncio.run(main())
