"""GET /metrics: what Prometheus reads, from a real server with real workers."""

import asyncio
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websockets
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from api_serving import TOKEN, serving, whole_api
from athanor.domain.streams import StreamLedger
from athanor.live.feed import StreamFeed
from athanor.live.hub import Hub
from athanor.server.main import composed
from athanor.server.metrics import scrape
from athanor.wire.bus import Appended
from athanor.wire.figures import FLUSH_BUCKETS_S, Histogram
from athanor.wire.topics import parse, stream
from factories import make_running, open_database
from stack import Stack, eventually, running_stack

STACK = {"ATHANOR_LEASE": "6s"}  # one test lets it run out


def samples(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """Every sample: (name, labels in order) to value."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(stack: Any) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = stack.http.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    return samples(answer.text)


def test_a_run_shows_everywhere_it_should(stack: Any) -> None:
    run_id = stack.start("numbered", lines=200)
    assert stack.until(run_id)["status"] == "completed"
    (worker,) = stack.http.get("/api/workers").json()["items"]
    mine = ("worker", worker["id"])

    def posted() -> Any:
        found = read(stack)
        return found if found.get(("athanor_worker_runs_ended_total", (("reason", "ok"), mine))) == 1 else None

    found = eventually(posted, what="the worker's figures")
    entries = {
        stream: found["athanor_worker_entries_total", (("stream", stream), mine)]
        for stream in ("logs", "results", "metrics")
    }
    counts = stack.run(run_id)["counts"]
    assert entries == {
        "logs": sum(counts["logs"].values()),
        "results": counts["results"],
        "metrics": counts["metrics"],
    }
    assert entries["logs"] >= 200
    assert found["athanor_runs", (("reason", "ok"), ("status", "completed"))] == 1
    assert found["athanor_queue_slots", (("queue", "default"),)] == 4
    assert found["athanor_queue_workers", (("queue", "default"),)] == 1
    assert found["athanor_worker_slots", (mine,)] == 4
    assert found["athanor_worker_backlog_entries", (mine,)] == 0
    flushes = found["athanor_worker_flush_seconds_count", (mine,)]
    assert flushes >= 1
    assert found["athanor_worker_flush_seconds_bucket", (("le", "+Inf"), mine)] == flushes
    started = (("method", "POST"), ("route", "/api/instances/{instance_id}/runs"), ("status", "201"))
    assert found["athanor_http_requests_total", started] == 1
    assert found["athanor_ledger_up", ()] == 1
    assert found["athanor_redis_connected", ()] == 1
    assert found["athanor_database_connections_limit", ()] == 30
    assert not [key for key in found if run_id in str(key)]


@pytest.fixture
def short_lease(backend: Any, tmp_path: Path) -> Iterator[Stack]:
    """Whose dead workers are soon given up."""
    with running_stack(backend, tmp_path, ATHANOR_LEASE="5s") as running:
        yield running


def test_what_waits_and_whom_nobody_serves(short_lease: Stack) -> None:
    stack = short_lease
    stack.until(stack.start("numbered", lines=100_000, pause_s=0.01), "running")
    for worker in stack._processes[1:]:
        worker.kill()
        worker.wait()
    eventually(lambda: not stack.http.get("/api/workers").json()["items"], what="the worker's end", seconds=60)
    eventually(lambda: read(stack).get(("athanor_reaped_attempts_total", ())) == 1, what="the reaping", seconds=60)
    stack.start("numbered", lines=1)
    found = eventually(
        lambda: (now := read(stack)).get(("athanor_queue_depth", (("queue", "default"),))) == 1 and now,
        what="the depth",
    )
    assert 0 < found["athanor_queue_oldest_waiting_seconds", (("queue", "default"),)] < 60
    assert found["athanor_queue_workers", (("queue", "default"),)] == 0
    assert found["athanor_runs", (("reason", "lost"), ("status", "failed"))] == 1
    assert not [name for name, _ in found if name.startswith("athanor_worker_")]


def test_sockets_and_subscribers(stack: Any) -> None:
    run_id = stack.start("numbered", lines=1)

    async def follow() -> None:
        async with websockets.connect(stack.stream_url, proxy=None) as socket:
            for topic in ("instances", f"run:{run_id}"):
                await socket.send(json.dumps({"op": "subscribe", "topic": topic}))
            await asyncio.to_thread(eventually, lambda: connected() == (1, 2), what="the socket")

    def connected() -> tuple[float, float]:
        found = read(stack)
        return found["athanor_stream_sockets", ()], found["athanor_stream_subscribers", ()]

    asyncio.run(follow())
    eventually(lambda: connected() == (0, 0), what="the socket's end")


def test_requests_are_counted_by_template_whatever_clients_make_up() -> None:
    with serving(whole_api, token=TOKEN) as running:
        ask = running.client
        token = {"authorization": f"Bearer {TOKEN}"}
        assert ask.get("/metrics").status_code == 401
        for path in ("/runs/1", "/runs/2", "/made/up"):
            assert ask.get(path).status_code == 200
        for path in ("/api/made-up", "/api/made/up"):
            assert ask.get(path, headers=token).status_code == 404
        assert ask.request("PROPFIND", "/api/health", headers=token).status_code == 405
        assert ask.head("/api/health").status_code == 200
        found = samples(ask.get("/metrics", headers=token).text)
    counted = {
        tuple(value for _, value in sorted(labels)): value
        for (name, labels), value in found.items()
        if name == "athanor_http_requests_total"
    }
    assert counted == {
        ("GET", "(refused)", "401"): 1,
        ("GET", "/{path}", "200"): 3,
        ("GET", "(none)", "404"): 2,
        ("other", "(none)", "405"): 1,
        ("HEAD", "/api/health", "200"): 1,
    }
    assert not [family for family in REGISTRY.collect() if family.name.startswith("athanor")]


def test_a_crowd_of_scrapes_asks_the_ledger_once(backend: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrape, "REUSE_S", 60.0)
    settings = {"database_url": backend.database_url, "redis_url": backend.redis_url}
    with serving(composed, **settings) as running:
        texts = [running.client.get("/metrics").text for _ in range(5)]
        assert all(samples(text)["athanor_ledger_up", ()] == 1 for text in texts)
        metrics = running.server._metrics
        asked = 0

        async def count() -> None:
            nonlocal asked
            asked += 1

        metrics._read_standing = count
        assert urllib.request.urlopen(f"{running.url}/metrics").status == 200
        assert asked == 0


def test_a_ledger_that_is_away_is_said_and_the_rest_is_shown() -> None:
    urls = {"database_url": "postgresql+asyncpg://x@127.0.0.1:9/x", "redis_url": "redis://127.0.0.1:9"}
    with serving(composed, **urls) as running:
        found = samples(running.client.get("/metrics").text)
    assert found["athanor_ledger_up", ()] == 0
    assert found["athanor_stream_sockets", ()] == 0
    assert not [name for name, _ in found if name == "athanor_runs"]


def entries(start: int, end: int) -> Appended:
    return Appended(topic="t", start=start, end=end)


def test_what_the_bus_lost_is_counted_and_what_is_late_is_not() -> None:
    async def run() -> None:
        feed = StreamFeed("t")
        feed.advance(5, ended=False)  # where a subscription begins
        feed.append(entries(5, 7))
        feed.append(entries(9, 10))  # 7 and 8 never came
        assert feed.lost == 2
        assert feed.check(12, ended=False) == 2  # 10 and 11 are late
        feed.append(entries(10, 12))
        assert feed.check(15, ended=False) == 3
        assert feed.check(15, ended=False) == 0  # a second later they are lost
        assert feed.lost == 5
        feed.append(entries(12, 15))
        assert feed.lost == 5
        feed.settle(16)  # the bus says that the stream ends there
        assert feed.lost == 6

    asyncio.run(run())


def test_a_hub_remembers_the_losses_of_feeds_that_are_gone(backend: Any) -> None:
    async def run() -> None:
        async with open_database(backend) as (database, _):
            claimed, _ = await make_running(database)
            hub = Hub(backend.redis_url, StreamLedger(database))
            topic = parse(stream(claimed.run_id, "logs"))
            feed = await hub.attach(topic)
            assert isinstance(feed, StreamFeed)
            feed.advance(0, ended=False)
            feed.append(entries(3, 4))
            await hub.check_heads()
            assert (hub.lost_entries, hub.lag) == (3, {"logs": 0, "results": 0, "metrics": 0})
            await hub.detach(feed)
            assert hub.lost_entries == 3

    asyncio.run(run())


def test_observations_fall_into_the_right_bucket() -> None:
    histogram = Histogram()
    for seconds in (0.0, FLUSH_BUCKETS_S[0], 0.3, 99.0):
        histogram.observe(seconds)
    assert histogram.counts == [2, *[0] * 7, 1, 0, 0, 0, 1]
