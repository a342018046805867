"""Sends what was committed: events and stream entries to the hub, doorbells and orders to workers."""

import asyncio
import logging
import time
from collections.abc import Sequence

import msgspec
from arq.connections import ArqRedis
from redis.exceptions import RedisError

from athanor.db.session import Outbox
from athanor.loops import end
from athanor.queue.connection import connect_arq
from athanor.queue.doorbell import ring
from athanor.wire.bus import EVERYTHING, PREFIX, BusMessage, Changed, Missed

log = logging.getLogger(__name__)

WORKER_PREFIX = "athanor:worker:"
"""Redis channel of one worker's orders: this prefix and its id."""

RETRY_AFTER_S = 0.5

_encoder = msgspec.msgpack.Encoder()


class Publisher:
    """One Redis connection pool for everything that leaves this process.

    Never raises and never waits long: while Redis is away messages are dropped, at most one try each half second,
    because every reader can catch up from PostgreSQL. That news of entities were dropped is told when Redis is back:
    hubs whose own connection is fine would not know.
    """

    def __init__(self, redis_url: str) -> None:
        self._redis: ArqRedis = connect_arq(redis_url)
        self._away_until = 0.0
        self._missed = False
        self._telling: asyncio.Task[None] | None = None

    async def publish(self, messages: Sequence[BusMessage]) -> list[int]:
        """How many hubs got each message; 0 while Redis is away."""
        if not messages or time.monotonic() < self._away_until:
            return self._drop(messages)
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for message in messages:
                    pipeline.publish(PREFIX + message.topic, _encoder.encode(message))
                return [int(heard) for heard in await pipeline.execute()]
        except (RedisError, OSError) as error:
            self._away(error)
            return self._drop(messages)

    async def deliver(self, outbox: Outbox) -> None:
        """All of an outbox; doorbells first, because somebody waits for them."""
        if time.monotonic() >= self._away_until:
            try:
                for queue, run_id, after_s in outbox.doorbells:
                    await ring(self._redis, queue, run_id, after_s=after_s)
                for worker_id, order in outbox.orders:
                    await self._redis.publish(WORKER_PREFIX + str(worker_id), _encoder.encode(order))
            except (RedisError, OSError) as error:
                self._away(error)
        await self.publish(outbox.messages)

    async def keep(self, key: str, value: bytes, *, for_s: float) -> None:
        """Leaves `value` in Redis for a while, for whoever looks."""
        if time.monotonic() >= self._away_until:
            try:
                await self._redis.set(key, value, px=max(1, round(for_s * 1000)))
            except (RedisError, OSError) as error:
                self._away(error)

    async def kept(self, keys: Sequence[str]) -> list[bytes | None]:
        """What was left under each key and is still there; None for all while Redis is away."""
        if keys and time.monotonic() >= self._away_until:
            try:
                return list(await self._redis.mget(keys))
            except (RedisError, OSError) as error:
                self._away(error)
        return [None] * len(keys)

    async def close(self) -> None:
        if self._telling is not None:
            await end([self._telling])
        await self._redis.aclose(close_connection_pool=True)

    def _drop(self, messages: Sequence[BusMessage]) -> list[int]:
        if any(isinstance(message, Changed) for message in messages):
            self._missed = True
            if self._telling is None or self._telling.done():
                self._telling = asyncio.create_task(self._tell_missed())
        return [0] * len(messages)

    async def _tell_missed(self) -> None:
        while self._missed:
            await asyncio.sleep(RETRY_AFTER_S)
            self._missed = False
            try:
                await self._redis.publish(PREFIX + EVERYTHING, _encoder.encode(Missed()))
            except (RedisError, OSError):
                self._missed = True

    def _away(self, error: Exception) -> None:
        log.warning("Redis is away (%s); live events pause, nothing is lost", error or type(error).__name__)
        self._away_until = time.monotonic() + RETRY_AFTER_S
