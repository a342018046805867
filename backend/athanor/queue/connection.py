"""Redis as Athanor uses it: quick to give up, never trusted to keep anything."""

from typing import Any

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from athanor.queue.doorbell import decode_job, encode_job


def _pool(url: str, **options: Any) -> ConnectionPool:
    settings: dict[str, Any] = {
        "socket_connect_timeout": 2.0,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 0,
        **options,
    }
    return ConnectionPool.from_url(url, **settings)


def connect_arq(url: str) -> ArqRedis:
    """For arq jobs, in either direction."""
    return ArqRedis(pool_or_conn=_pool(url, socket_timeout=5.0), job_serializer=encode_job, job_deserializer=decode_job)
