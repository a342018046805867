"""What health asks in production: PostgreSQL and Redis on connections of their own, and this host's disks."""

import asyncio
from collections.abc import Sequence

from athanor.checks.disk import full_disks
from athanor.checks.places import postgres_place, redis_place
from athanor.checks.postgres import examine_postgres
from athanor.checks.redis import examine_redis
from athanor.server.health import HealthChecks
from athanor.settings import Settings


class NotConfiguredError(Exception):
    """There is no address to ask."""


def connection_checks(settings: Settings) -> HealthChecks:
    """Checks that connect anew each time, so that a full pool is not called an outage; at most once a second."""
    database_url, redis_url = settings.database_url, settings.redis_url

    async def database() -> Sequence[str]:
        if database_url is None:
            raise NotConfiguredError("ATHANOR_DATABASE_URL is not set")
        found = await examine_postgres(database_url)
        return [*found.problems, *found.waiting]

    async def broker() -> Sequence[str]:
        if redis_url is None:
            raise NotConfiguredError("ATHANOR_REDIS_URL is not set")
        return (await examine_redis(redis_url)).problems

    async def disks() -> Sequence[str]:
        return await asyncio.to_thread(full_disks, settings.data_dir)

    return HealthChecks(
        database=database,
        redis=broker,
        disks=disks,
        database_place="not set" if database_url is None else postgres_place(database_url),
        redis_place="not set" if redis_url is None else redis_place(redis_url),
    )
