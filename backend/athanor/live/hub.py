"""The fan-out of one API server: one Redis connection in, any number of subscriptions out."""

import asyncio
import logging
from uuid import UUID

import msgspec

from athanor.db.session import in_one_line
from athanor.live.feed import EntityFeed, StreamFeed
from athanor.live.ledger import Ledger
from athanor.live.listener import Listener
from athanor.loops import happens
from athanor.wire.bus import EVERYTHING, PREFIX, Appended, BusMessage, Changed, Ended
from athanor.wire.topics import STREAMS, Stream, Topic, parse

log = logging.getLogger(__name__)

CHECK_HEADS_EVERY_S = 1.0
START_AGAIN_S = 0.5

_decoder: msgspec.msgpack.Decoder[BusMessage] = msgspec.msgpack.Decoder(BusMessage)


class Hub:
    """Feeds by topic. A feed lives while somebody is subscribed."""

    def __init__(self, redis_url: str, ledger: Ledger) -> None:
        self.ledger = ledger
        self.sockets = 0
        """Clients connected now; each socket counts itself."""
        self.lag: dict[Stream, int] = dict.fromkeys(STREAMS, 0)
        """Entries that PostgreSQL had and the feeds did not, at the newest look."""
        self._lost_before = 0
        self._feeds: dict[str, StreamFeed | EntityFeed] = {}
        self._listener = Listener(redis_url, self.receive, self._look_at_everything)
        self._check_now = asyncio.Event()

    async def run(self) -> None:
        """Works until cancelled, whatever happens: a server whose streams stand still would look alive."""
        await self._listener.subscribe(PREFIX + EVERYTHING)
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listener.run())
                    tasks.create_task(self._check_heads_forever())
            except Exception:
                log.critical("the hub failed; it starts again, and reads what it missed from PostgreSQL", exc_info=True)
            await asyncio.sleep(START_AGAIN_S)

    @property
    def connected(self) -> bool:
        """Whether Redis is listened to; without it streams advance once a second, entities stand still."""
        return self._listener.connected

    @property
    def subscribers(self) -> int:
        return sum(feed.subscribers for feed in self._feeds.values())

    @property
    def lost_entries(self) -> int:
        """Entries that the bus lost and PostgreSQL gave, since the start."""
        return self._lost_before + sum(feed.lost for feed in self._feeds.values() if isinstance(feed, StreamFeed))

    async def attach(self, topic: Topic) -> StreamFeed | EntityFeed:
        """The topic's feed, with Redis subscribed: what is committed from now on will be noticed."""
        feed = self._feeds.get(topic.name)
        if feed is None:
            feed = StreamFeed(topic.name) if topic.stream else EntityFeed(topic.name)
            self._feeds[topic.name] = feed
        feed.subscribers += 1
        try:
            await self._listener.subscribe(PREFIX + topic.name)
        except BaseException:
            await self.detach(feed)
            raise
        return feed

    async def detach(self, feed: StreamFeed | EntityFeed) -> None:
        """The counterpart of `attach`."""
        feed.subscribers -= 1
        if feed.subscribers == 0 and self._feeds.get(feed.topic) is feed:
            del self._feeds[feed.topic]
            self._lost_before += feed.lost if isinstance(feed, StreamFeed) else 0
            await self._listener.unsubscribe(PREFIX + feed.topic)

    def receive(self, channel: str, data: bytes) -> None:
        """Takes one message from the bus."""
        if channel == PREFIX + EVERYTHING:
            self._look_at_everything()
            return
        feed = self._feeds.get(channel.removeprefix(PREFIX))
        if feed is None:
            return
        try:
            message = _decoder.decode(data)
        except msgspec.MsgspecError as error:
            log.warning("a message on %s is not of this version (%s); PostgreSQL is read instead", channel, error)
            self._check_now.set()
            return
        match message:
            case Appended() if isinstance(feed, StreamFeed):
                feed.append(message)
            case Ended() if isinstance(feed, StreamFeed):
                feed.settle(message.end)
                feed.advance(message.end, ended=True)
            case Changed() if isinstance(feed, EntityFeed):
                feed.append(message)
            case _:
                pass

    def _look_at_everything(self) -> None:
        """Messages may have been missed: streams look at PostgreSQL, entities are fetched anew."""
        self._check_now.set()
        for feed in self._feeds.values():
            if isinstance(feed, EntityFeed):
                feed.gap()

    async def _check_heads_forever(self) -> None:
        """Bounds the delay of a message that the bus lost: the ledger is asked every second."""
        while True:
            await happens(self._check_now, CHECK_HEADS_EVERY_S)
            self._check_now.clear()
            try:
                await self.check_heads()
            except Exception as error:
                log.warning("the heads of streams could not be read (%s)", in_one_line(error))

    async def check_heads(self) -> None:
        """Asks the ledger how far the followed streams are."""
        following: dict[UUID, list[tuple[Stream, StreamFeed]]] = {}
        for feed in self._feeds.values():
            if isinstance(feed, StreamFeed) and not feed.ended:
                topic = parse(feed.topic)
                if topic.entity_id is not None and topic.stream is not None:
                    following.setdefault(topic.entity_id, []).append((topic.stream, feed))
        lag: dict[Stream, int] = dict.fromkeys(STREAMS, 0)
        if not following:
            self.lag = lag
            return
        found = await self.ledger.heads(list(following))
        for run_id, feeds in following.items():
            heads = found.get(run_id)
            for stream, feed in feeds:
                if heads is None:
                    feed.end("the run was deleted")
                else:
                    lag[stream] += feed.check(heads.next[stream], ended=heads.ended)
        self.lag = lag
