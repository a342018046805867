"""`athanor worker`: one worker in this process."""

import asyncio
import signal

from athanor.db.migrate import require_current
from athanor.process_log import say_about
from athanor.settings import Settings, SettingsError
from athanor.worker.worker import Worker


def work(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then drains; a second signal skips the wait.

    Raises:
        SettingsError: no database or Redis is named, or the database is not there or not migrated.
    """
    if settings.database_url is None or settings.redis_url is None:
        raise SettingsError(
            "A worker needs ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL; `athanor up` brings its own of both."
        )
    require_current(settings.database_url)
    asyncio.run(_work(settings, settings.database_url, settings.redis_url))


async def _work(settings: Settings, database_url: str, redis_url: str) -> None:
    worker = Worker(settings, database_url, redis_url)
    say_about(worker_id=str(worker.id))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
