"""Redis as Athanor uses it: quick to give up, never trusted to keep anything."""

from typing import Any

from arq.connections import ArqRedis
from redis.asyncio import ConnectionPool, Redis
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


def connect(url: str) -> Redis:
    """For commands: an answer within 2 s or an error. Connects when first used."""
    return Redis(connection_pool=_pool(url, socket_timeout=2.0))


def connect_listener(url: str) -> Redis:
    """For pub/sub: silence is no error; TCP keep-alive finds dead peers."""
    options = {} if url.startswith("unix://") else {"socket_keepalive": True}
    return Redis(connection_pool=_pool(url, **options))


def connect_arq(url: str) -> ArqRedis:
    """For arq jobs, in either direction."""
    return ArqRedis(pool_or_conn=_pool(url, socket_timeout=5.0), job_serializer=encode_job, job_deserializer=decode_job)
