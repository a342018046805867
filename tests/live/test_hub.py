"""What is published reaches subscribers from the ring, without a question to the ledger for each message."""

import asyncio
import json

from athanor.domain.runs.service import delete_run
from athanor.domain.runs.sweeper import sweep_entries
from athanor.domain.runs.transitions import finish
from athanor.domain.streams import StreamLedger
from athanor.live.hub import Hub
from athanor.live.subscription import Subscription
from athanor.wire import topics
from athanor.wire.frames import Subscribe
from athanor.wire.reports import Log, Metric, Progress, Result
from factories import make_ingest, make_run, make_running, open_database, write


class CountingLedger(StreamLedger):
    pages = 0

    async def page(self, run_id, stream, start, limit):
        self.pages += 1
        return await super().page(run_id, stream, start, limit)


class Client:
    """Frames as they come, and a way to wait for the one that matters."""

    def __init__(self):
        self.frames = []
        self.changed = asyncio.Event()

    async def send(self, text):
        self.frames.append(json.loads(text))
        self.changed.set()

    async def until(self, condition, seconds=30):
        async with asyncio.timeout(seconds):
            while not condition(self.frames):
                self.changed.clear()
                await self.changed.wait()

    def items(self):
        return [item for frame in self.frames if frame["type"] == "batch" for item in frame["items"]]


def follow(hub, topic, **wish):
    client = Client()
    return client, asyncio.create_task(
        Subscription(hub, topics.parse(topic), Subscribe(topic, **wish), client.send).run()
    )


async def connected(hub):
    while not hub.connected:
        await asyncio.sleep(0.01)


def test_live_entries_of_all_streams_come_from_the_ring(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            ledger = CountingLedger(database)
            hub = Hub(backend.redis_url, ledger)
            running = asyncio.create_task(hub.run())
            await connected(hub)
            followers = {name: follow(hub, topics.stream(fence.run_id, name)) for name in topics.STREAMS}
            for client, _ in followers.values():
                await client.until(lambda frames: frames)
            ingest = make_ingest(database, publisher, claim, fence)
            writing = asyncio.create_task(ingest.run())
            for number in range(20):
                ingest.add(
                    [
                        Log(1_000_000, "warn", f"line {number}", '{"b":1,"a":2}'),
                        Result(2_000_000, "key", '{"z":1,"a":[2]}'),
                        Metric(3_000_000, "loss", float("nan"), number),
                    ]
                )
                for client, _ in followers.values():
                    await client.until(lambda _, client=client, number=number: len(client.items()) == number + 1)
            ingest.close()
            await writing
            expected = {
                "logs": {"level": "warn", "message": "line 19", "metadata": {"b": 1, "a": 2}, "attempt": 1},
                "results": {"key": "key", "size": 15, "truncated": False, "preview": {"z": 1, "a": [2]}},
                "metrics": {"name": "loss", "step": 19, "value": "NaN"},
            }
            for second, (name, fields) in enumerate(expected.items(), 1):
                client, task = followers[name]
                moment = {"offset": 19, "timestamp": f"1970-01-01T00:00:0{second}Z"}
                assert client.items()[-1] == {**moment, **fields}
                assert [item["offset"] for item in client.items()] == list(range(20))
                task.cancel()
            assert ledger.pages < 15  # for 60 messages: the first ones, when nobody listened, and what was late
            running.cancel()
            await asyncio.gather(running, *[task for _, task in followers.values()], return_exceptions=True)
            assert hub.subscribers == 0

    asyncio.run(main())


def test_progress_comes_at_most_twice_a_second_and_ends_with_the_newest(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            hub = Hub(backend.redis_url, StreamLedger(database))
            running = asyncio.create_task(hub.run())
            await connected(hub)
            client, task = follow(hub, topics.run(fence.run_id))
            await client.until(lambda frames: frames)
            ingest = make_ingest(database, publisher, claim, fence)
            writing = asyncio.create_task(ingest.run())
            started = asyncio.get_running_loop().time()
            for number in range(1, 101):
                ingest.add([Progress(0, number, 100.0, "flipping"), Log(0, "info", "line")])
                await asyncio.sleep(0.01)
            ingest.close()
            await writing
            took_s = asyncio.get_running_loop().time() - started
            await client.until(
                lambda frames: frames[-1].get("data", {}).get("counts", {}).get("logs", {})["info"] == 100
            )
            events = [frame for frame in client.frames if frame["type"] == "event"]
            assert {event["event"] for event in events} == {"progress"}
            assert len(events) <= took_s / 0.5 + 2
            assert events[-1]["data"]["progress"] == {"current": 100.0, "total": 100.0, "message": "flipping"}
            versions = [event["data"]["version"] for event in events]
            assert versions == sorted(set(versions))
            task.cancel()
            running.cancel()
            await asyncio.gather(running, task, return_exceptions=True)

    asyncio.run(main())


def test_a_hub_that_failed_starts_again_and_misses_nothing(backend, monkeypatch):
    async def main():
        async with open_database(backend) as (database, publisher):
            claim, fence = await make_running(database)
            hub = Hub(backend.redis_url, StreamLedger(database))
            running = asyncio.create_task(hub.run())
            await connected(hub)
            client, task = follow(hub, topics.stream(fence.run_id, "logs"))
            await client.until(lambda frames: frames)
            failed = asyncio.Event()
            receive = hub.receive

            def fail_once(channel, data):
                if not failed.is_set():
                    failed.set()
                    raise ZeroDivisionError
                receive(channel, data)

            monkeypatch.setattr(hub._listener, "_on_message", fail_once)
            ingest = make_ingest(database, publisher, claim, fence)
            writing = asyncio.create_task(ingest.run())
            ingest.add([Log(0, "info", "while it failed")])
            await asyncio.wait_for(failed.wait(), 30)
            ingest.add([Log(0, "info", "afterwards")])
            await client.until(lambda frames: len(client.items()) == 2, seconds=30)
            assert [item["message"] for item in client.items()] == ["while it failed", "afterwards"]
            ingest.close()
            await writing
            assert not running.done()
            task.cancel()
            running.cancel()
            await asyncio.gather(running, task, return_exceptions=True)

    asyncio.run(main())


def test_news_that_redis_did_not_take_are_told_to_be_missing(backend):
    async def main():
        async with open_database(backend) as (database, publisher):
            hub = Hub(backend.redis_url, StreamLedger(database))
            running = asyncio.create_task(hub.run())
            await connected(hub)
            client, task = follow(hub, "instances")
            await client.until(lambda frames: frames)
            publisher._away(ConnectionError("for this process alone"))
            await make_run(database)  # announced while nothing is sent
            await client.until(lambda frames: any(frame["type"] == "resync" for frame in frames))
            task.cancel()
            running.cancel()
            await asyncio.gather(running, task, return_exceptions=True)

    asyncio.run(main())


class DeletingLedger(StreamLedger):
    """The run is deleted, and its entries are swept, just before a page of them is read."""

    async def page(self, run_id, stream, start, limit):
        async with self._database.unit() as unit:
            await delete_run(unit, run_id)
        assert await sweep_entries(self._database)
        return await super().page(run_id, stream, start, limit)


def test_a_replay_of_a_run_that_is_deleted_meanwhile_ends(backend):
    async def main():
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            await write(database, fence, [Log(0, "info", f"line {number}") for number in range(3)])
            key = {"run_id": fence.run_id, "worker_id": fence.worker_id, "attempt": fence.attempt}
            async with database.unit() as unit:
                await finish(unit.session, **key, reason="ok", error=None, traceback=None, forced=False)
            hub = Hub(backend.redis_url, DeletingLedger(database))
            client, task = follow(hub, topics.stream(fence.run_id, "logs"), after=-1)
            async with asyncio.timeout(30):
                await task
            assert [frame["type"] for frame in client.frames] == ["subscribed", "resync"]
            assert client.frames[1]["why"] == "the run was deleted"

    asyncio.run(main())
