"""Clients that vanish, crawl or never read: memory flat, sockets and subscriptions back to base, others undisturbed.

One that never reads at all is in tests/live/test_socket.py.
"""

import time
from statistics import median

import psutil
import pytest
import redis

from followers import Followers
from leftovers import figures
from raw_socket import RawSocket
from stack import eventually

MB = 1024 * 1024


class Burden:
    """What the API server holds for its clients."""

    def __init__(self, stack, backend):
        self._http = stack.http
        self._server = psutil.Process(stack.server.pid)
        self._redis = redis.Redis.from_url(backend.redis_url)

    def connections(self):
        return len(self._server.net_connections("tcp"))

    def clients(self):
        """Sockets and subscriptions, as the server counts them itself."""
        found = figures(self._http)
        return found["athanor_stream_sockets"], found["athanor_stream_subscribers"]

    def topics(self):
        return {name.decode() for name in self._redis.pubsub_channels() if b"run:" in name}

    def memory(self):
        """MB that belong to the server alone."""
        return self._server.memory_full_info().uss / MB

    def settled_memory(self):
        """The median of what is held in the course of a second."""
        samples = []
        for _ in range(10):
            samples.append(self.memory())
            time.sleep(0.1)
        return median(samples)

    def close(self):
        self._redis.close()


@pytest.fixture
def burden(stack, backend):
    stack.http.get("/api/overview")  # the server's own connections are there from now on
    made = Burden(stack, backend)
    yield made
    made.close()


def test_two_hundred_clients_vanish_without_a_goodbye(stack, burden, tmp_path):
    is_enough = tmp_path / "enough"
    run_id = stack.start("numbered", lines=1_000_000, pause_s=0.001, until=str(is_enough))
    followers = Followers(stack.stream_url, run_id, 3)
    stack.until_lines(run_id, 1_000)

    def vanish(number):
        client = RawSocket(stack.port)
        client.subscribe(f"run:{run_id}:logs", after=-1)
        if number % 2:
            client.subscribe(f"run:{run_id}")
            client.read(1 + number * 300)
        client.reset()

    for number in range(50):
        vanish(number)  # fills caches and pools
    eventually(lambda: burden.clients() == (3, 3), what="what is held for those that vanished")
    before = burden.settled_memory()
    for number in range(200):
        vanish(number)
    eventually(lambda: burden.clients() == (3, 3), what="what is held for those that vanished")
    assert burden.settled_memory() - before < 20
    is_enough.touch()
    stack.until(run_id)
    stack.check_ledger(run_id, *followers.wait(), lines=stack.written(run_id))
    eventually(lambda: burden.clients() == (0, 0), what="what is held for clients")
    eventually(lambda: burden.connections() <= 2, what="connections")  # its own and this test's
    eventually(lambda: not burden.topics(), what="topics")
    assert stack.said().count("Traceback") == 0, stack.said()[-4000:]


def test_one_that_crawls_costs_no_memory_and_holds_up_nobody(stack, burden):
    run_id = stack.start("log_wide", lines=300)  # about 100 MB on the wire
    stack.until(run_id)
    (whole,) = Followers(stack.stream_url, run_id, 1).wait()
    before = burden.settled_memory()
    crawling = RawSocket(stack.port, receive_buffer=4096)
    crawling.subscribe(f"run:{run_id}:logs", after=-1)
    meanwhile = stack.start("numbered", lines=500, pause_s=0.005)
    others = Followers(stack.stream_url, meanwhile, 3)
    samples = []
    read = 0
    deadline = time.monotonic() + 60
    while read < 200_000:  # 50 KB/s
        assert time.monotonic() < deadline, read
        read += len(crawling.read(5_000))
        samples.append(burden.memory())
        time.sleep(0.1)
    assert median(samples) - before < 20
    assert median(samples[-5:]) - before < 20
    stack.until(meanwhile)
    stack.check_ledger(meanwhile, *others.wait(), lines=500)
    stack.check_ledger(run_id, whole)
    crawling.reset()
    eventually(lambda: burden.clients() == (0, 0), what="what is held for clients")
    eventually(lambda: not burden.topics(), what="topics")
