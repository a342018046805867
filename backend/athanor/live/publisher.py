"""Sends what a unit of work committed: events and stream entries to the hub, doorbells and orders to workers."""

from uuid import UUID

import msgspec
from arq.connections import ArqRedis

from athanor.db.session import Outbox
from athanor.queue.connection import connect_arq
from athanor.queue.doorbell import ring
from athanor.wire.bus import PREFIX, BusMessage

WORKER_PREFIX = "athanor:worker:"
"""Redis channel of one worker's orders: this prefix and its id."""

_encoder = msgspec.msgpack.Encoder()


class Publisher:
    """One Redis connection pool for everything that leaves this process."""

    def __init__(self, redis_url: str) -> None:
        self._redis: ArqRedis = connect_arq(redis_url)

    async def publish(self, message: BusMessage) -> int:
        """How many hubs got it.

        Raises:
            redis.RedisError, OSError: Redis is away; readers catch up from PostgreSQL.
        """
        return int(await self._redis.publish(PREFIX + message.topic, _encoder.encode(message)))

    async def order(self, worker_id: UUID, order: object) -> None:
        await self._redis.publish(WORKER_PREFIX + str(worker_id), _encoder.encode(order))

    async def deliver(self, outbox: Outbox) -> None:
        """All of an outbox; doorbells first, because somebody waits for them."""
        for queue, run_id in outbox.doorbells:
            await ring(self._redis, queue, run_id)
        for worker_id, order in outbox.orders:
            await self.order(worker_id, order)
        if outbox.messages:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for message in outbox.messages:
                    pipeline.publish(PREFIX + message.topic, _encoder.encode(message))
                await pipeline.execute()

    async def ping(self) -> None:
        """Raises redis.RedisError or OSError when Redis does not answer."""
        await self._redis.ping()

    async def close(self) -> None:
        await self._redis.aclose(close_connection_pool=True)
