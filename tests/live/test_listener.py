"""The Redis listener over restarts and silences: every gap is told, and messages come again by themselves."""

import asyncio
import os
import signal

import pytest
from redis.asyncio import Redis

from athanor.live import listener
from athanor.live.listener import Listener
from servers import servers


@pytest.fixture(scope="module")
def valkey():
    """A Redis of its own: it is killed and frozen here."""
    with servers() as pair:
        yield pair.valkey, pair.redis_url


class Heard:
    def __init__(self, url):
        self.messages = []
        self.connections = 0
        self.listener = Listener(url, lambda channel, data: self.messages.append((channel, data)), self._connected)

    def _connected(self):
        self.connections += 1

    async def until(self, condition, seconds=60):
        async with asyncio.timeout(seconds):
            while not condition():
                await asyncio.sleep(0.01)

    async def hears(self, url, channel, data):
        """Whether what is published now arrives."""
        async with Redis.from_url(url) as client:
            assert await client.publish(channel, data) == 1
        await self.until(lambda: (channel, data) in self.messages)


def listening(url, steps):
    async def main():
        heard = Heard(url)
        running = asyncio.create_task(heard.listener.run())
        await heard.until(lambda: heard.connections == 1)
        await heard.listener.subscribe("first")
        await heard.hears(url, "first", b"1")
        await steps(heard)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    asyncio.run(main())


def test_a_restart_is_told_and_old_and_new_subscriptions_live(valkey):
    server, url = valkey

    async def steps(heard):
        server.kill()
        await heard.until(lambda: not heard.listener.connected)
        await heard.listener.subscribe("second")  # while Redis is away
        server.start()
        await heard.until(lambda: heard.connections == 2)
        await heard.hears(url, "first", b"2")
        await heard.hears(url, "second", b"3")
        await heard.listener.unsubscribe("first")
        await heard.listener.subscribe("third")
        await heard.hears(url, "third", b"4")
        async with Redis.from_url(url) as client:
            assert await client.publish("first", b"5") == 0

    listening(url, steps)


def test_a_frozen_redis_is_taken_for_dead(valkey, monkeypatch):
    server, url = valkey
    monkeypatch.setattr(listener, "PING_EVERY_S", 0.1)

    async def steps(heard):
        os.kill(server.pid, signal.SIGSTOP)
        try:
            with monkeypatch.context() as meanwhile:
                meanwhile.setattr(listener, "SILENCE_S", 0.5)
                await heard.until(lambda: not heard.listener.connected)
        finally:
            os.kill(server.pid, signal.SIGCONT)
        await heard.until(lambda: heard.connections == 2)
        await heard.hears(url, "first", b"2")

    listening(url, steps)


def test_silence_is_no_fault_while_pings_are_answered(valkey, monkeypatch):
    _, url = valkey
    monkeypatch.setattr(listener, "PING_EVERY_S", 0.1)
    monkeypatch.setattr(listener, "SILENCE_S", 2.5)

    async def steps(heard):
        await asyncio.sleep(3.5)
        assert heard.connections == 1
        await heard.hears(url, "first", b"2")

    listening(url, steps)


def test_a_subscription_that_is_cancelled_as_it_is_confirmed_is_cancelled(valkey):
    _, url = valkey

    async def steps(heard):
        confirmed = asyncio.Event()
        handle = heard.listener._handle

        def confirm_and_cancel(message):
            said = handle(message)
            if said and not confirmed.is_set():
                confirmed.set()
                subscribing.cancel()
            return said

        heard.listener._handle = confirm_and_cancel
        subscribing = asyncio.create_task(heard.listener.subscribe("second"))
        await asyncio.wait([subscribing])
        assert confirmed.is_set()
        assert subscribing.cancelled()

    listening(url, steps)
