"""One unit of work: one short transaction, then what it has to tell the world.

Nothing leaves before the commit: events, doorbells and orders are collected and delivered after it. Delivery may
fail without harm, because everything in it can be read from PostgreSQL.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Protocol, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, async_sessionmaker

from athanor.db.engine import make_engine
from athanor.wire.bus import BusMessage, Changed
from athanor.wire.control import ToWorker
from athanor.wire.events import EntityEvent, name_of

T = TypeVar("T")

log = logging.getLogger(__name__)


class Outbox:
    """What a unit of work tells the world after its commit, in order."""

    def __init__(self) -> None:
        self.messages: list[BusMessage] = []
        self.doorbells: list[tuple[str, UUID, float]] = []
        self.orders: list[tuple[UUID, ToWorker]] = []

    def changed(self, topics: list[str], event: EntityEvent[Any]) -> None:
        """The event on each topic."""
        data = msgspec.json.encode(event.data)
        self.messages += [Changed(topic=topic, event=name_of(event), data=data) for topic in topics]

    def ring(self, queue: str, run_id: UUID, *, after_s: float = 0.0) -> None:
        """Workers of the queue look at the run, now or `after_s` later."""
        self.doorbells.append((queue, run_id, after_s))

    def order(self, worker_id: UUID, order: ToWorker) -> None:
        """Goes to one worker, now."""
        self.orders.append((worker_id, order))

    def __bool__(self) -> bool:
        return bool(self.messages or self.doorbells or self.orders)


class Deliver(Protocol):
    def __call__(self, outbox: Outbox) -> Awaitable[None]: ...


class Unit:
    """A session and its outbox."""

    def __init__(self, session: AsyncSession) -> None:
        self.session = session
        self.outbox = Outbox()
        self.tally: Counter[str] = Counter()
        """What is counted for the metrics if the unit commits."""


class Database:
    """The connection pool and the units of work on it."""

    def __init__(self, url: str, deliver: Deliver, *, application: str = "athanor", pool_size: int = 10) -> None:
        self.max_overflow = pool_size
        self.engine = make_engine(
            url,
            pool_size=pool_size,
            max_overflow=self.max_overflow,
            pool_timeout=10,
            json_deserializer=str,  # JSON stays text: see JsonColumn
            pool_pre_ping=True,  # a restarted database must not fail the requests that follow
            connect={
                "timeout": 10,
                "command_timeout": 60,
                "server_settings": {
                    "application_name": application,
                    "jit": "off",
                    "timezone": "UTC",  # of times that PostgreSQL writes into JSON
                    # A process that froze in a transaction must not hold its locks for ever.
                    "idle_in_transaction_session_timeout": "30s",
                },
            },
        )
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._deliver = deliver
        self._deliveries: set[asyncio.Task[None]] = set()
        self.tally: Counter[str] = Counter()
        """What committed units of this process counted."""

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Unit]:
        """A transaction that commits when the block ends and rolls back when it raises; then the outbox leaves."""
        async with self._sessions() as session:
            unit = Unit(session)
            yield unit
            await session.commit()
        self.tally.update(unit.tally)
        if unit.outbox:
            await self.deliver(unit.outbox)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        """A session for reading: nothing is committed, nothing leaves."""
        async with self._sessions() as session:
            yield session

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[AsyncConnection]:
        """A bare connection for the hot path; the caller begins and commits."""
        async with self.engine.connect() as connection:
            yield connection

    async def deliver(self, outbox: Outbox) -> None:
        """Sends what `outbox` holds. Never raises: what is lost here is read from PostgreSQL by those who need it."""
        try:
            await asyncio.shield(self._in_background(self._deliver(outbox)))
        except Exception as error:
            log.warning("events not delivered (%s); readers catch up from PostgreSQL", error)

    def _in_background(self, work: Awaitable[None]) -> "asyncio.Task[None]":
        async def run() -> None:
            await work

        task = asyncio.create_task(run())
        self._deliveries.add(task)
        task.add_done_callback(self._deliveries.discard)
        return task

    async def close(self) -> None:
        if self._deliveries:
            await asyncio.wait(self._deliveries, timeout=2)
        await self.engine.dispose()


def in_one_line(error: BaseException) -> str:
    """What an error says, shortest: many have several lines, and a timeout has none."""
    return next(iter(str(error).splitlines()), "") or type(error).__name__


def is_outage(error: BaseException) -> bool:
    """Whether the database was away (then trying again makes sense), not the statement wrong."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or is_outage_of_driver(error.orig)
    return isinstance(error, OSError | PoolTimeoutError | asyncio.TimeoutError) or is_outage_of_driver(error)


def is_outage_of_driver(error: Any) -> bool:
    """The same for an error of asyncpg, wrapped by SQLAlchemy's adapter or not."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if state is not None:
        return str(state)[:2] in {"08", "53", "57", "40"}
    name = type(error.__cause__ or error).__name__ if error is not None else ""
    return isinstance(error, OSError) or name in {
        "InterfaceError",
        "ConnectionDoesNotExistError",
        "InternalClientError",
    }


async def try_until(
    work: Callable[[], Awaitable[T]], *, give_up: Callable[[], bool] = lambda: False, what: str = "the database"
) -> T:
    """Runs `work` again, with pauses of 0.1 to 1 s, while the database is away.

    Raises:
        The last outage when `give_up()` turns true; any other error at once.
    """
    pause_s = 0.1
    while True:
        try:
            return await work()
        except Exception as error:
            if not is_outage(error) or give_up():
                raise
            log.warning("%s: the database is away (%s); trying again", what, in_one_line(error))
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)
