"""Attempts and checkpoints in the ledger: who wrote what, what follows which ending, and what the next try finds."""

import asyncio

import msgspec
import pytest
from sqlalchemy import text

from athanor.db.base import new_id
from athanor.domain.logs.service import LogFilter, download, list_logs
from athanor.domain.runs.reaper import reap_once
from athanor.domain.runs.service import delete_run, get_run
from athanor.domain.runs.status import REASONS, RETRY_REASONS, STATUS_OF
from athanor.domain.runs.transitions import finish, give_back, request_cancel
from athanor.domain.streams import StreamLedger
from athanor.wire.reports import Checkpoint, Log, Metric
from athanor.worker.append import Appender, Fence, Fenced
from athanor.worker.batch import Batch
from factories import make_instance, make_run, open_database, take


async def look(database, run_id):
    async with database.read() as session:
        return await get_run(session, run_id)


async def attempt(database, run_id):
    """The next attempt of the run: its claim and the fence of its writer."""
    worker_id = new_id()
    claimed = await take(database, run_id, worker_id=worker_id)
    assert claimed is not None
    return claimed, Fence(run_id=run_id, worker_id=worker_id, attempt=claimed.attempt, lease_s=60.0)


async def write(database, claimed, fence, *reports):
    batch = Batch()
    batch.add(reports)
    heads = {"logs": claimed.logs, "results": claimed.results, "metrics": claimed.metrics}
    return await Appender(database, fence, heads).append(batch, retried=False)


async def end(database, fence, reason, error="went wrong"):
    async with database.unit() as unit:
        key = {"run_id": fence.run_id, "worker_id": fence.worker_id, "attempt": fence.attempt}
        return await finish(unit.session, **key, reason=reason, error=error, traceback="at line 1", forced=False)


async def execute(database, statement, run_id):
    async with database.unit() as unit:
        return await unit.session.execute(text(statement), {"id": run_id})


@pytest.mark.parametrize("reason", REASONS)
def test_a_new_attempt_follows_the_reasons_it_was_asked_for_and_no_others(backend, reason):
    async def main():
        async with open_database(backend) as (database, _):
            wanted = await make_instance(database, retries=1, retry_on=list(RETRY_REASONS))
            run = await make_run(database, wanted)
            _, fence = await attempt(database, run.id)
            await end(database, fence, reason)
            again = await look(database, run.id)
            if reason in RETRY_REASONS:
                assert (again.status, again.reason, again.error, again.completed_at) == ("pending", None, None, None)
                _, fence = await attempt(database, run.id)
                assert await end(database, fence, reason, "went wrong again") is not None
                again = await look(database, run.id)
            assert (again.status, again.reason) == (STATUS_OF[reason], reason)
            tries = [(one.number, one.reason, one.error, one.traceback) for one in again.attempts]
            first = (1, reason, "went wrong", "at line 1")
            second = (2, reason, "went wrong again", "at line 1")
            assert tries == ([first, second] if reason in RETRY_REASONS else [first])
            assert again.error == tries[-1][2]
            assert all(one.started_at <= one.ended_at for one in again.attempts)

    asyncio.run(main())


def test_a_reason_that_was_not_asked_for_is_the_end(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=5, retry_on=["timeout"]))
            _, fence = await attempt(database, run.id)
            await end(database, fence, "error")
            assert (await look(database, run.id)).reason == "error"
            run = await make_run(database, run.instance_id)
            await attempt(database, run.id)
            await execute(database, "UPDATE run_vitals SET expires_at = clock_timestamp() WHERE run_id = :id", run.id)
            await reap_once(database)
            assert (await look(database, run.id)).reason == "lost"

    asyncio.run(main())


def test_a_run_waits_its_backoff_out_and_each_pause_is_twice_the_last(backend):
    async def main():
        async with open_database(backend) as (database, _):
            settings = {"retries": 3, "retry_on": ["error"], "backoff_s": 1000.0}
            run = await make_run(database, await make_instance(database, **settings))
            other = await make_run(database, run.instance_id)
            for delay_s in (1000, 2000, 3600):
                _, fence = await attempt(database, run.id)
                change = await end(database, fence, "error")
                assert delay_s - 5 < change.delay_s <= delay_s
                waiting = await look(database, run.id)
                assert waiting.not_before is not None
                assert await take(database, run.id) is None
                assert (await look(database, other.id)).waiting.ahead == 0  # who may not start is ahead of nobody
                due = "UPDATE runs SET not_before = clock_timestamp() WHERE id = :id"
                await execute(database, due, run.id)
            _, fence = await attempt(database, run.id)
            assert (await look(database, run.id)).not_before is None
            await end(database, fence, "error")
            assert (await look(database, run.id)).status == "failed"

    asyncio.run(main())


def test_a_cancel_during_the_backoff_is_the_end_at_once(backend):
    async def main():
        async with open_database(backend) as (database, _):
            settings = {"retries": 3, "retry_on": ["error"], "backoff_s": 1000.0}
            run = await make_run(database, await make_instance(database, **settings))
            _, fence = await attempt(database, run.id)
            await end(database, fence, "error")
            async with database.unit() as unit:
                assert len(await request_cancel(unit.session, [run.id])) == 1
            over = await look(database, run.id)
            assert (over.status, over.reason, over.not_before) == ("cancelled", "user", None)
            assert [(one.number, one.reason) for one in over.attempts] == [(1, "error")]
            assert await take(database, run.id) is None

    asyncio.run(main())


def test_a_cancelled_run_is_never_tried_again(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=3, retry_on=list(RETRY_REASONS)))
            _, fence = await attempt(database, run.id)
            async with database.unit() as unit:
                await request_cancel(unit.session, [run.id])
            await end(database, fence, "error")
            over = await look(database, run.id)
            assert (over.status, over.reason) == ("cancelled", "user")
            assert [(one.number, one.reason) for one in over.attempts] == [(1, "user")]

    asyncio.run(main())


def test_lines_name_the_attempt_that_wrote_them_whoever_is_asked(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=3, retry_on=["error"]))
            for lines in (2, 0, 3):
                claimed, fence = await attempt(database, run.id)
                if lines:
                    await write(database, claimed, fence, *[Log(0, "info", f"of {claimed.attempt}")] * lines)
                await write(database, claimed, fence, Metric(0, "m", 1.0)) if lines == 2 else None
                await end(database, fence, "error")
            expected = [(offset, number, f"of {number}") for offset, number in enumerate((1, 1, 3, 3, 3))]
            async with database.read() as session:
                page = await list_logs(session, run.id, LogFilter(), after=-1, before=None, limit=9, count_after=None)
                assert [(one.offset, one.attempt, one.message) for one in page.items] == expected
                page = await list_logs(
                    session, run.id, LogFilter(q="of 3"), after=None, before=4, limit=1, count_after=None
                )
                assert [(one.offset, one.attempt) for one in page.items] == [(3, 3)]
            frames = [msgspec.json.decode(item) for item in await StreamLedger(database).page(run.id, "logs", 1, 9)]
            assert [(one["offset"], one["attempt"], one["message"]) for one in frames] == expected[1:]
            lines = [
                msgspec.json.decode(line)
                async for part in download(database, run.id, "jsonl")
                for line in part.splitlines()
            ]
            assert [(one["offset"], one["attempt"], one["message"]) for one in lines] == expected
            assert [(one.logs, one.metrics) for one in (await look(database, run.id)).attempts] == [
                (0, 0),
                (2, 1),
                (2, 1),
            ]

    asyncio.run(main())


def test_the_next_attempt_finds_the_newest_checkpoint_and_everything_before_it(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=3, retry_on=["error"]))
            claimed, fence = await attempt(database, run.id)
            assert claimed.restored is None
            await write(
                database, claimed, fence, Log(0, "info", "before"), Checkpoint(0, "1"), Checkpoint(1, '{"b":[2],"a":1}')
            )
            await end(database, fence, "error")
            claimed, fence = await attempt(database, run.id)
            assert (claimed.restored, claimed.logs) == ('{"b":[2],"a":1}', 1)
            await write(database, claimed, fence, Checkpoint(2, "null"))
            await end(database, fence, "error")
            claimed, fence = await attempt(database, run.id)
            assert claimed.restored == "null"
            await end(database, fence, "ok")
            async with database.unit() as unit:
                await delete_run(unit, run.id)
            for table in ("attempts", "checkpoints"):
                left = await execute(database, f"SELECT count(*) FROM {table} WHERE run_id = :id", run.id)
                assert left.scalar_one() == 0

    asyncio.run(main())


def test_a_stale_attempt_keeps_no_checkpoint(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=3, retry_on=["error"]))
            stale_claim, stale = await attempt(database, run.id)
            await end(database, stale, "error")
            claimed, fence = await attempt(database, run.id)
            await write(database, claimed, fence, Checkpoint(0, "2"))
            with pytest.raises(Fenced):
                await write(database, stale_claim, stale, Checkpoint(1, "1"))
            kept = await execute(database, "SELECT attempt, value::text FROM checkpoints WHERE run_id = :id", run.id)
            assert kept.one() == (2, "2")

    asyncio.run(main())


def test_a_checkpoint_that_postgresql_refuses_leaves_the_one_before_and_the_lines(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database)
            claimed, fence = await attempt(database, run.id)
            await write(database, claimed, fence, Checkpoint(0, "1"))
            appended = await write(database, claimed, fence, Log(0, "info", "kept"), Checkpoint(1, "{no json"))
            assert appended.progress.counts.logs.info == 1
            kept = await execute(database, "SELECT value::text FROM checkpoints WHERE run_id = :id", run.id)
            assert kept.scalar_one() == "1"

    asyncio.run(main())


def test_a_claim_that_is_given_back_leaves_no_attempt(backend):
    async def main():
        async with open_database(backend) as (database, _):
            run = await make_run(database, await make_instance(database, retries=3, retry_on=["error"]))
            _, fence = await attempt(database, run.id)
            await end(database, fence, "error")
            _, fence = await attempt(database, run.id)
            async with database.unit() as unit:
                assert len(await give_back(unit.session, fence.worker_id, [])) == 1
            assert [one.number for one in (await look(database, run.id)).attempts] == [1]
            claimed, _ = await attempt(database, run.id)
            assert claimed.attempt == 2
            assert [one.number for one in (await look(database, run.id)).attempts] == [1, 2]

    asyncio.run(main())


def test_an_attempt_that_ends_at_the_moment_of_a_cancel_is_the_last_one(backend):
    async def main():
        async with open_database(backend) as (database, _):
            instance_id = await make_instance(database, retries=3, retry_on=["error"])
            tries = set()
            for _ in range(40):
                run = await make_run(database, instance_id)
                _, fence = await attempt(database, run.id)

                async def cancel(run_id=run.id):
                    async with database.unit() as unit:
                        return await request_cancel(unit.session, [run_id])

                await asyncio.gather(end(database, fence, "error"), cancel(), cancel())
                over = await look(database, run.id)
                assert (over.status, over.reason) == ("cancelled", "user")
                assert await take(database, run.id) is None
                tries.add(tuple(one.reason for one in over.attempts))
            assert tries <= {("error",), ("user",)}

    asyncio.run(main())
