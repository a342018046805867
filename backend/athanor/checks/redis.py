"""Redis (or Valkey): does it answer, does it take writes, does it keep them?"""

from typing import Any

import redis.asyncio
from msgspec import Struct
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from athanor.checks.places import redis_place

PROBE_KEY = "athanor:probe"
_KEPT_MS = 1000


class RedisFindings(Struct, kw_only=True):
    """`persistent`: what it was told outlives a restart; None where it does not say."""

    version: str
    persistent: bool | None
    problems: list[str]


async def examine_redis(url: str) -> RedisFindings:
    """What is to be known of a Redis that answers.

    Raises:
        Exception: it does not answer.
    """
    client: Any = redis.asyncio.Redis.from_url(
        url, socket_connect_timeout=5.0, socket_timeout=5.0, retry=Retry(NoBackoff(), 0)
    )
    async with client:
        await client.ping()
        problems = await _write(client, redis_place(url))
        try:
            about = await client.info("server")
            kept = await client.info("persistence")
        except RedisError:  # a user that may not ask
            return RedisFindings(version="unknown", persistent=None, problems=problems)
        return RedisFindings(
            version=str(about.get("valkey_version") or about.get("redis_version")),
            persistent=bool(kept.get("aof_enabled")),
            problems=problems,
        )


async def _write(client: Any, place: str) -> list[str]:
    try:
        await client.set(PROBE_KEY, b"", px=_KEPT_MS)
    except ResponseError as error:
        said = str(error).partition(".")[0]
        advice = "Its own log says more."
        # redis-py takes the code away from some errors, and makes a class of it for others.
        if said.startswith("MISCONF") or "MISCONF" in str(error):
            advice = "It cannot save to its disk: free space there, and look at its log."
        elif "maxmemory" in said or said.startswith("OOM"):
            advice = "Its memory is full: raise maxmemory, or find what else fills it."
        elif "read only" in said:
            advice = "It is a replica: point ATHANOR_REDIS_URL at the primary."
        return [f"Redis ({place}) refuses writes: {said}. {advice} Runs are found in PostgreSQL meanwhile."]
    return []
