"""Clients that vanish, crawl or never read: memory flat, sockets and subscriptions back to base, others undisturbed.

One that never reads at all is in tests/live/test_socket.py.
"""

import time

import psutil
import pytest
import redis

from followers import Followers
from raw_socket import RawSocket
from stack import eventually

MB = 1024 * 1024


class Burden:
    """What the API server holds for its clients."""

    def __init__(self, stack, backend):
        self._server = psutil.Process(stack.server.pid)
        self._redis = redis.Redis.from_url(backend.redis_url)

    def connections(self):
        return len(self._server.net_connections("tcp"))

    def topics(self):
        return {name.decode() for name in self._redis.pubsub_channels() if b"run:" in name}

    def memory(self):
        return self._server.memory_info().rss / MB

    def close(self):
        self._redis.close()


@pytest.fixture
def burden(stack, backend):
    stack.http.get("/api/overview")  # the server's own connections are there from now on
    made = Burden(stack, backend)
    yield made
    made.close()


def test_two_hundred_clients_vanish_without_a_goodbye(stack, burden):
    run_id = stack.start("numbered", lines=3_000, pause_s=0.001)
    followers = Followers(stack.stream_url, run_id, 3)
    stack.until_lines(run_id, 50)
    warm = [RawSocket(stack.port) for _ in range(20)]
    for client in warm:
        client.reset()
    before = burden.memory()
    for number in range(200):
        client = RawSocket(stack.port)
        client.subscribe(f"run:{run_id}:logs", after=-1)
        if number % 2:
            client.subscribe(f"run:{run_id}")
            client.read(1 + number * 300)
        client.reset()
    assert burden.memory() - before < 20
    stack.until(run_id)
    stack.check_ledger(run_id, *followers.wait(), lines=3_000)
    eventually(lambda: burden.connections() <= 2, what=f"connections {burden.connections()}")  # its own and this test's
    eventually(lambda: not burden.topics(), what=f"topics {burden.topics()}")
    assert stack.said().count("Traceback") == 0, stack.said()[-4000:]


def test_one_that_crawls_costs_no_memory_and_holds_up_nobody(stack, burden):
    run_id = stack.start("log_wide", lines=300)  # about 100 MB on the wire
    stack.until(run_id)
    (whole,) = Followers(stack.stream_url, run_id, 1).wait()
    before = burden.memory()
    crawling = RawSocket(stack.port, receive_buffer=4096)
    crawling.subscribe(f"run:{run_id}:logs", after=-1)
    meanwhile = stack.start("numbered", lines=500, pause_s=0.005)
    others = Followers(stack.stream_url, meanwhile, 3)
    end = time.monotonic() + 4
    read = 0
    while time.monotonic() < end:  # 50 KB/s
        read += len(crawling.read(5_000))
        time.sleep(0.1)
        assert burden.memory() - before < 20, f"after {read} bytes"
    assert read > 100_000
    stack.until(meanwhile)
    stack.check_ledger(meanwhile, *others.wait(), lines=500)
    stack.check_ledger(run_id, whole)
    crawling.reset()
    eventually(lambda: not burden.topics())
