"""From a child's reports to the ledger and on to the hub: group commit, then publish.

Nothing in flight: a report is flushed at once. What arrives during a flush forms the next one. Flushes that follow
each other without rest make room by pauses that grow to four times the flush and to 50 ms at most, so that a steady
trickle does not become a transaction per line.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from uuid import UUID

import msgspec

from athanor.db.session import Database, try_until
from athanor.domain.runs.events import RunProgressed
from athanor.domain.streams import TABLES
from athanor.live.publisher import Publisher
from athanor.loops import happens
from athanor.wire import topics
from athanor.wire.bus import Appended as AppendedMessage
from athanor.wire.bus import BusMessage, Changed
from athanor.wire.events import name_of
from athanor.wire.reports import Report
from athanor.wire.topics import Stream
from athanor.worker.append import Appended, Appender, Fence
from athanor.worker.batch import Batch
from athanor.worker.figures import Figures

log = logging.getLogger(__name__)

MAX_PAUSE_S = 0.05
MAX_PAUSE_SHARE = 4.0
"""A pause lasts at most so many times the flush before it: a quick database need not wait for 50 ms."""
HIGH_WATER_BYTES = 16 * 1024 * 1024
"""Above this the child is no longer read: its next call waits."""
LOW_WATER_BYTES = 4 * 1024 * 1024
PROGRESS_EVERY_S = 0.5
PROGRESSED = name_of(RunProgressed)
MAX_PUBLISHED_ENTRIES = 1000
MAX_PUBLISHED_BYTES = 256 * 1024


class Ingest:
    """The write side of one attempt. `add` never waits; `pause` and `resume` are called as the backlog grows and
    shrinks."""

    def __init__(
        self,
        database: Database,
        publisher: Publisher,
        fence: Fence,
        heads: dict[Stream, int],
        *,
        instance_id: UUID,
        pause: Callable[[], None],
        resume: Callable[[], None],
        give_up: Callable[[], bool],
        figures: Figures | None = None,
    ) -> None:
        self._appender = Appender(database, fence, heads)
        self._publisher = publisher
        self._run_id = fence.run_id
        self._attempt = fence.attempt
        self._progress_topics = [topics.run(fence.run_id), topics.instance(instance_id)]
        self._pause, self._resume, self._give_up = pause, resume, give_up
        self._figures = figures or Figures()
        self._batch = Batch()
        self._flying = Batch()
        self._paused = False
        self._closing = False
        self._wake = asyncio.Event()
        self._heard: dict[str, bool] = {}
        self._progress: Changed | None = None
        self._progress_due = 0.0

    def add(self, reports: Iterable[Report]) -> None:
        """Takes reports in order."""
        self._batch.add(reports)
        if self._batch.entries or self._batch.progress or self._batch.checkpoint:
            self._wake.set()
        if not self._paused and self._batch.size_bytes > HIGH_WATER_BYTES:
            self._paused = True
            self._pause()

    def backlog(self) -> tuple[int, int]:
        """Entries and rough bytes that are not committed yet."""
        waiting, flying = self._batch, self._flying
        return waiting.entries + flying.entries, waiting.size_bytes + flying.size_bytes

    def close(self) -> None:
        """No report follows: `run` returns when all is written."""
        self._closing = True
        self._wake.set()

    async def run(self) -> None:
        """Writes until closed.

        Raises:
            Fenced: the run is no longer this attempt's.
            Exception: the database was away for longer than the lease allows.
        """
        with self._figures.watching(self.backlog):
            await self._write_until_closed()

    async def _write_until_closed(self) -> None:
        streak = 0
        while True:
            await self._wait()
            if not (self._batch.entries or self._batch.progress or self._batch.checkpoint):
                ending = self._closing  # before the wait below, in which the last reports may come
                await self._publish_progress(force=ending)
                if ending:
                    return
                streak = 0
                continue
            started = time.monotonic()
            await self._flush()
            took_s = time.monotonic() - started
            streak = streak + 1 if self._wake.is_set() else 0
            if streak and not self._closing:
                await asyncio.sleep(min(MAX_PAUSE_S, took_s * min(MAX_PAUSE_SHARE, streak * 0.5)))

    async def _wait(self) -> None:
        """Until there is something to write. Progress alone can wait for its turn, twice a second."""
        while not self._closing:
            now = time.monotonic()
            urgent = self._batch.entries or self._batch.checkpoint is not None
            only_progress = self._batch.progress is not None and not urgent
            if urgent or (only_progress and now >= self._progress_due):
                return
            waits = only_progress or self._progress is not None
            self._wake.clear()
            if not await happens(self._wake, max(0.001, self._progress_due - now) if waits else None):
                return

    async def _flush(self) -> None:
        batch, self._batch = self._batch, Batch()
        self._flying = batch
        self._wake.clear()
        tries = 0
        began = time.monotonic()

        async def write() -> Appended:
            nonlocal tries
            tries += 1
            return await self._appender.append(batch, retried=tries > 1)

        appended = await try_until(write, give_up=self._give_up, what=f"run_id={self._run_id}")
        self._flying = Batch()
        self._figures.flushed(batch, time.monotonic() - began)
        if self._paused and self._batch.size_bytes < LOW_WATER_BYTES:
            self._paused = False
            self._resume()
        messages: list[BusMessage] = []
        for name, rows in appended.rows.items():
            topic = topics.stream(self._run_id, name)
            start, end = rows[0][1], rows[-1][1] + 1
            small = len(rows) <= MAX_PUBLISHED_ENTRIES and batch.size_bytes <= MAX_PUBLISHED_BYTES
            if small and self._heard.get(topic, True):
                items = [TABLES[name].encode(row[1:], self._attempt) for row in rows]
                messages.append(AppendedMessage(topic=topic, start=start, end=end, items=items))
            else:
                messages.append(AppendedMessage(topic=topic, start=start, end=end))
        data = msgspec.json.encode(appended.progress)
        self._progress = Changed(topic="", event=PROGRESSED, data=data)
        await self._publish(messages)
        await self._publish_progress(force=False)

    async def _publish(self, messages: list[BusMessage]) -> None:
        """After the commit. Where nobody listens, the next message goes without its entries."""
        heard = await self._publisher.publish(messages)
        for message, receivers in zip(messages, heard, strict=True):
            self._heard[message.topic] = receivers > 0

    async def _publish_progress(self, *, force: bool) -> None:
        now = time.monotonic()
        if self._progress is not None and (force or now >= self._progress_due):
            data = self._progress.data
            self._progress, self._progress_due = None, now + PROGRESS_EVERY_S
            await self._publisher.publish(
                [Changed(topic=topic, event=PROGRESSED, data=data) for topic in self._progress_topics]
            )
