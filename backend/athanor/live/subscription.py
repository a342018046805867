"""One client's cursor on one topic, and the loop that moves it: replay from PostgreSQL, then live."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar
from uuid import UUID

from msgspec import UNSET

from athanor.db.session import try_until
from athanor.live.feed import EntityFeed, StreamFeed, batch_frame, encode
from athanor.live.hub import Hub
from athanor.wire.frames import End, Error, Resync, Skip, Subscribe, Subscribed
from athanor.wire.topics import Topic

log = logging.getLogger(__name__)

PAGE_ENTRIES = 1000
TAIL_BEHIND = 5000
"""In mode `tail`, a client further behind than this is moved forward."""
TAIL_KEPT = 500

T = TypeVar("T")
Send = Callable[[str], Awaitable[None]]


class Subscription:
    """Runs until the stream's end, the client's unsubscribe (cancel) or an error."""

    def __init__(self, hub: Hub, topic: Topic, wish: Subscribe, send: Send) -> None:
        self.topic = topic
        self._hub = hub
        self._wish = wish
        self._send = send
        self._feed: StreamFeed | EntityFeed | None = None

    @property
    def head(self) -> int | None:
        """The stream's end as the ledger has it; None for entity topics and before the subscription stands."""
        return self._feed.head if isinstance(self._feed, StreamFeed) else None

    async def run(self) -> None:
        """Sends `subscribed`, then what follows."""
        # First listen, then look: what is committed in between is in the answer or on the bus, or in both.
        self._feed = feed = await self._hub.attach(self.topic)
        try:
            if isinstance(feed, StreamFeed):
                await self._follow_stream(feed)
            else:
                await self._follow_entity(feed)
        finally:
            await asyncio.shield(self._hub.detach(feed))

    async def _follow_entity(self, feed: EntityFeed) -> None:
        topic = self.topic
        if topic.entity_id is not None and not await self._exists(topic.kind, topic.entity_id):
            await self._send(encode(Error(f"there is no {topic.kind} {topic.entity_id}", topic.name)))
            return
        seen = feed.head
        await self._send(encode(Subscribed(topic.name, after=None, next=None)))
        while True:
            frames = feed.after(seen)
            seen = feed.head
            if frames is None:
                await self._send(encode(Resync(topic.name, "events may have been missed")))
            else:
                for frame in frames:
                    await self._send(frame)
            if feed.head == seen:
                await feed.wait()

    async def _follow_stream(self, feed: StreamFeed) -> None:
        topic, wish = self.topic, self._wish
        assert topic.entity_id is not None
        assert topic.stream is not None
        run_id, stream, ledger = topic.entity_id, topic.stream, self._hub.ledger
        heads = (await self._read(lambda: ledger.heads([run_id]))).get(run_id)
        if heads is None:
            await self._send(encode(Error(f"there is no run {run_id}", topic.name)))
            return
        end = heads.next[stream]
        feed.advance(end, ended=heads.ended)
        after = end - 1 if wish.after is UNSET else wish.after
        if not -1 <= after < max(end, feed.head):
            reason = f"after={after} is not in the stream: give -1 for all, at most {end - 1}, or nothing for its end"
            await self._send(encode(Error(reason, topic.name)))
            return
        await self._send(encode(Subscribed(topic.name, after=after, next=end)))
        place = after + 1
        while True:
            if feed.gone is not None:
                await self._send(encode(Resync(topic.name, feed.gone)))
                return
            if place < feed.head:
                place = await self._send_some(feed, place)
            elif feed.ended:
                await self._send(encode(End(topic.name, next=place)))
                return
            else:
                await feed.wait()

    async def _send_some(self, feed: StreamFeed, place: int) -> int:
        """One frame from `place` on; returns the place after it."""
        if self._wish.mode == "tail" and feed.head - place > TAIL_BEHIND:
            target = feed.head - TAIL_KEPT
            await self._send(encode(Skip(feed.topic, place, target)))
            place = target
        frame = feed.frame(place)
        if frame is not None:
            await self._send(frame[0])
            return frame[1]
        topic = self.topic
        assert topic.entity_id is not None
        assert topic.stream is not None
        run_id, stream, ledger, start = topic.entity_id, topic.stream, self._hub.ledger, place
        items = await self._read(lambda: ledger.page(run_id, stream, start, PAGE_ENTRIES))
        if not items:
            if run_id in await self._read(lambda: ledger.heads([run_id])):
                await feed.wait()
            else:
                feed.end("the run was deleted")  # the hub asks only about runs that go on
            return place
        end = place + len(items)
        while place < end:
            text, place = batch_frame(feed.topic, place, items[place - end :])
            await self._send(text)
        return place

    async def _exists(self, kind: str, entity_id: UUID) -> bool:
        return await self._read(lambda: self._hub.ledger.exists(kind, entity_id))

    @staticmethod
    async def _read(question: Callable[[], Awaitable[T]]) -> T:
        """An answer from the ledger, however long the database is away.

        A client that leaves does not cut the query short: a cancelled one would leave its connection behind.
        """
        return await asyncio.shield(asyncio.ensure_future(try_until(question, what="a subscription")))
