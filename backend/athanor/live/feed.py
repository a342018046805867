"""What the hub knows of one topic: how far it is, and its newest part ready to send.

A feed has no list of clients and no queue for any of them: each subscription has a cursor and asks for what follows
it. What a feed no longer holds is read from PostgreSQL (streams) or fetched anew by the client (entities).
"""

import asyncio
from collections import deque

import msgspec

from athanor.wire.bus import Appended, Changed
from athanor.wire.frames import MAX_SERVER_FRAME_BYTES

RING_BYTES = 1024 * 1024
RING_EVENTS = 256
PACE_PER_SUBSCRIBER_S = 0.0001
MAX_PACE_S = 0.25
FRAME_BYTES = MAX_SERVER_FRAME_BYTES // 2
"""What a batch is cut to: a client at 50 KB/s takes it in time."""


class Feed:
    """Wakes its subscriptions; with many of them, not for every message."""

    def __init__(self, topic: str) -> None:
        self.topic = topic
        self.subscribers = 0
        self.gone: str | None = None
        """Why nothing will ever follow, once the entity is deleted."""
        self._changed = asyncio.Event()
        self._last_wake = 0.0
        self._wake_due: asyncio.TimerHandle | None = None

    async def wait(self) -> None:
        """Until something changed."""
        await self._changed.wait()

    def end(self, why: str) -> None:
        self.gone = why
        self._wake()

    def _wake_soon(self) -> None:
        """Now, or when the pace allows: a thousand clients get fewer, larger frames."""
        if self._wake_due is not None:
            return
        loop = asyncio.get_running_loop()
        pace_s = min(MAX_PACE_S, self.subscribers * PACE_PER_SUBSCRIBER_S) if self.subscribers > 10 else 0.0
        wait_s = self._last_wake + pace_s - loop.time()
        if wait_s <= 0:
            self._wake()
        else:
            self._wake_due = loop.call_later(wait_s, self._wake)

    def _wake(self) -> None:
        if self._wake_due is not None:
            self._wake_due.cancel()
            self._wake_due = None
        self._last_wake = asyncio.get_running_loop().time()
        self._reveal()
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def _reveal(self) -> None:
        """Called just before subscriptions look."""


class StreamFeed(Feed):
    """A stream's head and a ring of its newest entries, as JSON."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.head = 0
        """Everything before this offset is committed and may be sent."""
        self.ended = False
        """`head` is final."""
        self.lost = 0
        """Entries that the bus never brought: they were read from PostgreSQL."""
        self._known = 0
        self._known_ended = False
        self._heard: int | None = None
        self._awaited = 0
        self._ring: deque[bytes] = deque()
        self._ring_start = 0
        self._ring_bytes = 0
        self._frames: dict[int, tuple[str, int]] = {}

    def append(self, message: Appended) -> None:
        """Entries that were just committed; late and doubled messages are recognised by their offsets."""
        self.settle(message.start)
        self._heard = max(self._heard or 0, message.end)
        if message.end <= self._known:
            return
        if message.items is None:
            self._forget(message.end)
        else:
            known = max(self._known, message.start)
            if message.start > self._known or self._ring_end != self._known:
                self._forget(known)
            for item in message.items[known - message.start :]:
                self._ring.append(item)
                self._ring_bytes += len(item)
            while self._ring_bytes > RING_BYTES and self._ring:
                self._ring_bytes -= len(self._ring.popleft())
                self._ring_start += 1
        self._known = message.end
        self._wake_soon()

    def check(self, head: int, *, ended: bool) -> int:
        """What PostgreSQL says, asked from time to time: how many entries were not known here.

        What the bus did not bring from one check to the next counts as lost, not as late.
        """
        behind = max(0, head - self._known)
        self.settle(self._awaited)
        self._awaited = head
        self.advance(head, ended=ended)
        return behind

    def settle(self, end: int) -> None:
        """The bus will bring nothing before `end` any more."""
        if self._heard is not None and end > self._heard:
            self.lost += end - self._heard
            self._heard = end

    def advance(self, head: int, *, ended: bool) -> None:
        """What PostgreSQL says; covers what the bus lost."""
        if self._heard is None:
            self._heard = head
        if head > self._known:
            self._known = head
            self._wake_soon()
        if ended and not self._known_ended and head >= self._known:
            self._known_ended = True
            self._wake_soon()

    def frame(self, start: int) -> tuple[str, int] | None:
        """A `batch` frame from `start` on and the offset after it; None if the ring does not reach back to `start`.

        Clients at the same place get the same string.
        """
        if not self._ring_start <= start < self._ring_end:
            return None
        made = self._frames.get(start)
        if made is None:
            end = min(self.head, self._ring_end)
            made = batch_frame(
                self.topic, start, [self._ring[at - self._ring_start] for at in range(start, max(end, start + 1))]
            )
            self._frames[start] = made
        return made

    @property
    def _ring_end(self) -> int:
        return self._ring_start + len(self._ring)

    def _forget(self, start: int) -> None:
        self._ring.clear()
        self._ring_bytes = 0
        self._ring_start = start

    def _reveal(self) -> None:
        self.head, self.ended = self._known, self._known_ended
        self._frames.clear()


class EntityFeed(Feed):
    """The newest events of a topic, numbered in the order they came."""

    def __init__(self, topic: str) -> None:
        super().__init__(topic)
        self.head = 0
        self._frames: deque[str] = deque(maxlen=RING_EVENTS)
        self._gap = 0

    def append(self, message: Changed) -> None:
        """An event that no frame can hold (a very large config or traceback) becomes a gap: it is to be fetched."""
        if len(message.data) > FRAME_BYTES:
            self.gap()
            return
        frame = f'{{"type":"event","topic":"{self.topic}","event":"{message.event}","data":{message.data.decode()}}}'
        self._frames.append(frame)
        self.head += 1
        self._wake_soon()

    def gap(self) -> None:
        """Events may be missing: everybody has to fetch anew."""
        self.head += 1
        self._gap = self.head
        self._frames.clear()
        self._wake_soon()

    def after(self, seen: int) -> list[str] | None:
        """The events that follow number `seen`; None where some of them are gone."""
        missing = self.head - seen
        if seen < self._gap or missing > len(self._frames):
            return None
        return [self._frames[index] for index in range(len(self._frames) - missing, len(self._frames))]


def batch_frame(topic: str, start: int, items: list[bytes]) -> tuple[str, int]:
    """As many of `items` as one frame may hold, at least one, and the offset after the last of them."""
    parts: list[bytes] = []
    size = 0
    for item in items:
        if parts and size + len(item) + 1 > FRAME_BYTES:
            break
        parts.append(item)
        size += len(item) + 1
    head = f'{{"type":"batch","topic":"{topic}","from":{start},"items":['
    return head + b",".join(parts).decode() + "]}", start + len(parts)


def encode(frame: msgspec.Struct) -> str:
    """A server frame as text."""
    return msgspec.json.encode(frame).decode()
