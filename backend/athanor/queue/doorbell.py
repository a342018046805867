"""Names and payloads of the arq job, and how to enqueue it."""

from uuid import UUID

import msgspec
from arq.connections import ArqRedis

JOB_NAME = "look_at_run"
_QUEUE_PREFIX = "athanor:queue:"


def queue_key(queue: str) -> str:
    """The Redis key of a queue's jobs."""
    return _QUEUE_PREFIX + queue


def encode_job(job: dict[str, object]) -> bytes:
    """arq's job dictionary as msgpack: never pickle, which would run what it reads."""
    return msgspec.msgpack.encode(job, enc_hook=repr)


def decode_job(data: bytes) -> dict[str, object]:
    return msgspec.msgpack.decode(data, type=dict[str, object])


async def ring(redis: ArqRedis, queue: str, run_id: UUID) -> None:
    """Tells the workers of `queue` to look at the run. Every ring is a job of its own."""
    await redis.enqueue_job(JOB_NAME, str(run_id), _queue_name=queue_key(queue), _expires=60)
