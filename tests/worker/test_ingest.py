"""Exactly once into the ledger: group commit, refused entries, outages in the middle of a batch, back pressure."""

import asyncio

from sqlalchemy import text

from athanor.domain.runs.service import get_run
from athanor.wire.bus import Changed
from athanor.wire.reports import Log, LogBatch, Metric, Progress, Result
from athanor.worker.append import Appender
from athanor.worker.batch import Batch
from athanor.worker.ingest import HIGH_WATER_BYTES
from factories import HEADS, make_ingest, make_running, open_database


async def stored(database, run_id, stream="logs", column="message"):
    async with database.read() as session:
        query = text(f'SELECT "offset", {column}::text FROM {stream} WHERE run_id = :id ORDER BY "offset"')
        return [tuple(row) for row in await session.execute(query, {"id": run_id})]


def test_counters_and_rows_agree_whatever_the_mix(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            ingest = make_ingest(database, publisher, claim, fence)
            writing = asyncio.create_task(ingest.run())
            for number in range(500):
                level = ("debug", "info", "warn", "error")[number % 4]
                ingest.add([Log(number, level, f"line {number}")])
                if number % 5 == 0:
                    ingest.add([Metric(number, "m", number / 2, None), Result(number, f"k{number}", "[1]")])
                    ingest.add(
                        [LogBatch([Log(number, "info", "a"), Log(number, "info", "b")]), Progress(number, number)]
                    )
                if number % 50 == 0:
                    await asyncio.sleep(0)
            ingest.close()
            await writing
            async with database.read() as session:
                counts = (await get_run(session, fence.run_id)).counts
            assert (counts.logs.debug, counts.logs.info, counts.logs.warn, counts.logs.error) == (125, 325, 125, 125)
            assert (counts.results, counts.metrics) == (100, 100)
            lines = await stored(database, fence.run_id)
            assert [offset for offset, _ in lines] == list(range(700))
            expected = []
            for number in range(500):
                expected += [f"line {number}", *(["a", "b"] if number % 5 == 0 else [])]
            assert [message for _, message in lines] == expected
            assert await stored(database, fence.run_id, "metrics", "value") == [
                (index, f"{index * 2.5:g}") for index in range(100)
            ]

    asyncio.run(main())


def test_one_bad_entry_is_replaced_and_its_neighbours_are_kept(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            batch = Batch()
            # What the SDK would never send: a NUL, a lone surrogate, metadata and a value that are no JSON.
            bad = [Log(0, "info", "a\0b"), Log(0, "info", "\udc80"), Log(0, "info", "x", "{no json")]
            good = [Log(0, "info", f"line {number}") for number in range(20)]
            batch.add([*good[:5], bad[0], *good[5:11], bad[1], bad[2], *good[11:]])
            batch.add([Result(0, "good", "1"), Result(0, "bad", "{")])
            appended = await Appender(database, fence, dict(HEADS)).append(batch, retried=False)
            lines = await stored(database, fence.run_id)
            assert [offset for offset, _ in lines] == list(range(23))
            kept = [message for _, message in lines if not message.startswith("an entry was refused")]
            assert kept == [f"line {number}" for number in range(20)]
            assert next(message for _, message in await stored(database, fence.run_id, "results", "value")) == "1"
            assert [row[4] for row in appended.rows["logs"]] == [message for _, message in lines]

    asyncio.run(main())


def test_a_commit_whose_answer_was_lost_is_not_written_twice(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            appender = Appender(database, fence, dict(HEADS))
            batch = Batch()
            batch.add([Log(0, "info", "once"), Metric(0, "m", 1.0)])
            first = await appender.append(batch, retried=False)
            appender.heads = dict(HEADS)  # as if the answer to the commit had been lost
            again = await appender.append(batch, retried=True)
            assert again.rows == first.rows
            assert appender.heads == {"logs": 1, "results": 0, "metrics": 1}
            assert await stored(database, fence.run_id) == [(0, "once")]

    asyncio.run(main())


def test_lines_survive_connections_cut_in_the_middle_of_everything(backend):
    async def main():
        async with open_database(backend) as (database, publisher), open_database(backend) as (killer, _):
            claim, fence = await make_running(database)
            ingest = make_ingest(database, publisher, claim, fence)
            writing = asyncio.create_task(ingest.run())
            cut = text("""
                SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
                WHERE datname = current_database() AND pid <> pg_backend_pid()
            """)
            cuts = 0
            for number in range(3000):
                ingest.add([Log(number, "info", f"line {number}")])
                if number % 10 == 0:
                    await asyncio.sleep(0.001)
                if number % 300 == 0:
                    async with killer.read() as session:
                        cuts += (await session.execute(cut)).scalar_one()
            ingest.close()
            await writing
            assert cuts > 0
            assert await stored(killer, fence.run_id) == [(number, f"line {number}") for number in range(3000)]

    asyncio.run(main())


def test_a_flood_stops_the_reader_until_the_backlog_is_written(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            pauses = []
            ingest = make_ingest(database, publisher, claim, fence, pauses)
            line = Log(0, "info", "x" * 60_000)
            count = HIGH_WATER_BYTES // 60_000 + 10
            for _ in range(count):
                ingest.add([line])
            assert pauses == ["pause"]
            writing = asyncio.create_task(ingest.run())
            ingest.close()
            await writing
            assert pauses == ["pause", "resume"]
            assert len(await stored(database, fence.run_id)) == count

    asyncio.run(main())


def test_a_commit_still_under_way_when_the_batch_is_tried_again_is_waited_for(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            batch = Batch()
            batch.add([Log(0, "info", "once"), Result(0, "key", "1")])
            late, appender = (Appender(database, fence, dict(HEADS)) for _ in range(2))
            async with database.connection() as connection:
                await late._raise(connection, batch)
                for name in ("logs", "results"):
                    await late._copy(connection, name, batch.rows(name, fence.run_id, 0))
                again = asyncio.create_task(appender.append(batch, retried=True))
                waiting = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                found = 0
                while not found:
                    async with database.read() as session:
                        found = (await session.execute(waiting)).scalar_one()
                await connection.commit()
            await again
            assert appender.heads == {"logs": 1, "results": 1, "metrics": 0}
            assert await stored(database, fence.run_id) == [(0, "once")]

    asyncio.run(main())


def test_lines_that_come_while_progress_is_told_are_written_though_nothing_follows(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)

            class Told:
                """Tells the hub; by the second news of progress the experiment writes its last lines and is over."""

                progress = 0

                async def publish(self, messages):
                    heard = await publisher.publish(messages)
                    progressed = any(isinstance(message, Changed) for message in messages)
                    self.progress += progressed
                    if progressed and self.progress == 2:
                        ingest.add([Log(2, "info", "line 2"), Log(3, "info", "line 3")])
                        ingest.close()
                    return heard

            ingest = make_ingest(database, Told(), claim, fence)
            writing = asyncio.create_task(ingest.run())
            for number in (0, 1):  # the news of the second line wait for their turn, with nothing else to do
                ingest.add([Log(number, "info", f"line {number}")])
                while ingest.backlog() != (0, 0):
                    await asyncio.sleep(0.01)
            await writing
            assert await stored(database, fence.run_id) == [(number, f"line {number}") for number in range(4)]

    asyncio.run(main())


def test_metadata_counts_for_the_backlog(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            pauses = []
            ingest = make_ingest(database, publisher, claim, fence, pauses)
            for _ in range(HIGH_WATER_BYTES // 60_000 + 10):
                ingest.add([LogBatch([Log(0, "info", "a", '"' + "m" * 60_000 + '"')])])
            assert pauses == ["pause"]

    asyncio.run(main())
