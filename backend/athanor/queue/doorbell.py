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


EXPIRES_S = 60
LATE_S = 0.02
"""A ring for later comes so much after its time: the clocks of Redis's clients and of PostgreSQL differ a little."""


async def ring(redis: ArqRedis, queue: str, run_id: UUID, *, after_s: float = 0.0) -> None:
    """Tells the workers of `queue` to look at the run, now or `after_s` later. Every ring is a job of its own."""
    delay_s = after_s + LATE_S if after_s else None
    await redis.enqueue_job(
        JOB_NAME, str(run_id), _queue_name=queue_key(queue), _defer_by=delay_s, _expires=EXPIRES_S + after_s
    )
