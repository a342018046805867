"""What the API server keeps while it runs: database, publisher, hub, and the loops every API server works at."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from litestar import Litestar
from litestar.di import Provide
from msgspec.structs import replace
from sqlalchemy import text

from athanor.db.session import Database
from athanor.domain.runs.reaper import reap_forever
from athanor.domain.runs.sweeper import sweep_forever
from athanor.domain.streams import StreamLedger
from athanor.live.hub import Hub
from athanor.live.publisher import Publisher
from athanor.loops import end, keep
from athanor.server.health_checks import connection_checks
from athanor.server.metrics.scrape import Metrics
from athanor.server.metrics.standing import read_standing
from athanor.settings import Settings, SettingsError

_LIVE_WORKERS = text("SELECT count(*) FROM workers WHERE expires_at > clock_timestamp()")


class Parts:
    """Made with the application, alive from its start to its stop; handlers get them by parameter name."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database: Database | None = None
        self._hub: Hub | None = None
        self.metrics = Metrics()
        self.dependencies = {
            "database": Provide(self.get_database, sync_to_thread=False),
            "hub": Provide(self._get_hub, sync_to_thread=False),
            "cancel_grace_s": Provide(lambda: settings.cancel_grace_s, sync_to_thread=False),
        }
        self.checks = replace(connection_checks(settings), workers=self._count_workers)

    @asynccontextmanager
    async def lifespan(self, litestar: Litestar) -> AsyncIterator[None]:
        """The database has this version's schema: `serve` has seen to that."""
        settings = self._settings
        if settings.database_url is None or settings.redis_url is None:
            raise SettingsError(
                "the API server needs ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL; `athanor up` brings its own of both"
            )
        publisher = Publisher(settings.redis_url)
        self._database = Database(settings.database_url, publisher.deliver, application="athanor server", pool_size=15)
        litestar.state.database = self._database
        self._hub = Hub(settings.redis_url, StreamLedger(self._database))
        self.metrics.watch(self._database, self._hub, partial(read_standing, self._database, publisher))
        loops = [
            keep(self._hub.run()),
            keep(reap_forever(self._database, lease_s=settings.lease_s)),
            keep(sweep_forever(self._database)),
        ]
        try:
            yield
        finally:
            await end(loops)
            await self._database.close()
            await publisher.close()

    def get_database(self) -> Database:
        assert self._database is not None, "the application was not started"
        return self._database

    def _get_hub(self) -> Hub:
        assert self._hub is not None, "the application was not started"
        return self._hub

    async def _count_workers(self) -> int:
        async with self.get_database().read() as session:
            return int((await session.execute(_LIVE_WORKERS)).scalar_one())
