"""`athanor worker`: one worker in this process."""

import asyncio
import signal

from athanor.checks.postgres import connect_to
from athanor.db.migrate import require_current
from athanor.db.session import in_one_line, is_outage
from athanor.process_log import say_about
from athanor.settings import Settings, SettingsError
from athanor.worker.machine import host
from athanor.worker.worker import Worker

_ALIVE_HERE = "SELECT EXISTS (SELECT 1 FROM workers WHERE host = $1 AND expires_at > clock_timestamp())"


def work(settings: Settings) -> None:
    """Works until SIGTERM or SIGINT, then drains; a second signal skips the wait.

    Raises:
        SettingsError: no database or Redis is named, or the database is not there or not migrated.
    """
    database_url, redis_url = _databases(settings)
    require_current(database_url)
    asyncio.run(_work(settings, database_url, redis_url))


def is_alive_here(settings: Settings) -> bool:
    """Whether a worker of this host holds its lease in the ledger: for whoever restarts a container."""
    return asyncio.run(_is_alive_here(_databases(settings)[0]))


async def _is_alive_here(database_url: str) -> bool:
    try:
        connection = await connect_to(database_url)
    except Exception as error:
        if not is_outage(error):
            raise
        raise SettingsError(f"ATHANOR_DATABASE_URL: the database does not answer: {in_one_line(error)}") from None
    try:
        return bool(await connection.fetchval(_ALIVE_HERE, host()))
    finally:
        connection.terminate()


def _databases(settings: Settings) -> tuple[str, str]:
    if settings.database_url is None or settings.redis_url is None:
        raise SettingsError(
            "A worker needs ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL; `athanor up` brings its own of both."
        )
    return settings.database_url, settings.redis_url


async def _work(settings: Settings, database_url: str, redis_url: str) -> None:
    worker = Worker(settings, database_url, redis_url)
    say_about(worker_id=str(worker.id))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    await worker.run()
