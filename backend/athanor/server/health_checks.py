"""Does PostgreSQL answer, does Redis: asked on a connection of its own, so that a full pool is not called an outage."""

import asyncpg
import redis.asyncio

from athanor.server.health import HealthChecks
from athanor.settings import Settings


class NotConfiguredError(Exception):
    """There is no address to ask."""


def connection_checks(settings: Settings) -> HealthChecks:
    """Checks that connect anew each time; health asks at most once a second."""

    async def database() -> None:
        if settings.database_url is None:
            raise NotConfiguredError("ATHANOR_DATABASE_URL is not set")
        connection = await asyncpg.connect(settings.database_url.replace("postgresql+asyncpg://", "postgresql://", 1))
        try:
            await connection.execute("SELECT 1")
        finally:
            connection.terminate()

    async def broker() -> None:
        if settings.redis_url is None:
            raise NotConfiguredError("ATHANOR_REDIS_URL is not set")
        async with redis.asyncio.Redis.from_url(settings.redis_url) as client:
            await client.ping()

    return HealthChecks(database=database, redis=broker)
