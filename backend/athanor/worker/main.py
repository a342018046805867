"""`athanor worker`: one worker in this process."""

import asyncio
import signal

from athanor.settings import Settings, SettingsError
from athanor.worker.worker import Worker


def work(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then drains; a second signal skips the wait.

    Raises:
        SettingsError: no database or Redis is named.
    """
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    if settings.database_url is None or settings.redis_url is None:
        raise SettingsError(
            "a worker needs ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL; `athanor up` brings its own of both"
        )
    worker = Worker(settings, settings.database_url, settings.redis_url)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
