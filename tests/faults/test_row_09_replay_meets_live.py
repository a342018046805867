"""Subscribe, append and publish in every order, with messages lost, late and doubled: `from` = last + 1, always.

The ledger here is a list whose commits the test places at every possible step between the subscription's own steps;
hub, feed and subscription are the real ones. The same with PostgreSQL, Redis and sockets: rows 1 to 3.
"""

import asyncio
import json
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from athanor.live import feed
from athanor.live.hub import Hub
from athanor.live.ledger import Heads
from athanor.live.subscription import Subscription
from athanor.wire.bus import PREFIX, Appended, Ended
from athanor.wire.frames import Subscribe
from athanor.wire.topics import parse, stream

RUN = UUID("0190e6a0-0000-7000-8000-000000000001")
TOPIC = stream(RUN, "logs")
NOWHERE = "unix:///nonexistent/redis.sock"


class ListLedger:
    """Committed entries. Every question waits for the test's leave, before and after it is answered."""

    def __init__(self):
        self.entries = []
        self.ended = False
        self.page_limit = 1000

    async def heads(self, run_ids):
        await asyncio.sleep(0)
        heads = Heads({"logs": len(self.entries), "results": 0, "metrics": 0}, self.ended)
        await asyncio.sleep(0)
        return {RUN: heads} if RUN in run_ids else {}

    async def page(self, run_id, stream, start, limit):
        await asyncio.sleep(0)
        entries = self.entries[start : start + min(limit, self.page_limit)]
        await asyncio.sleep(0)
        return entries

    async def exists(self, kind, entity_id):
        return True


class Client:
    """Checks each frame as it comes."""

    def __init__(self, after):
        self.place = after + 1
        self.got = []
        self.frames = []

    async def send(self, text):
        await asyncio.sleep(0)
        frame = json.loads(text)
        self.frames.append(frame["type"])
        if frame["type"] == "batch":
            assert frame["from"] == self.place
            self.got += frame["items"]
            self.place += len(frame["items"])
            assert frame["items"]
        elif frame["type"] == "end":
            assert frame["next"] == self.place
        else:
            assert frame["type"] == "subscribed", frame


steps = st.lists(
    st.one_of(
        st.tuples(st.just("append"), st.integers(1, 4)),  # commit so many entries; the message is not sent yet
        st.tuples(st.just("publish"), st.integers(0, 3)),  # the newest message, or one before it, perhaps again
        st.tuples(st.just("bare"), st.integers(0, 3)),  # the same message without its entries
        st.just(("subscribe", 0)),
        st.tuples(st.just("turn"), st.sampled_from([1, 2, 3, 5, 30])),  # let the subscriptions do so many steps
        st.just(("check", 0)),
        st.just(("gap", 0)),  # every message so far is lost
    ),
    min_size=8,
    max_size=60,
)


@settings(max_examples=400, deadline=None)
@given(
    before=st.integers(0, 6),
    steps=steps,
    after=st.integers(-1, 5),
    page_limit=st.integers(1, 3),
    ring_bytes=st.sampled_from([30, 60, 2**20]),
)
def test_every_offset_after_the_cursor_arrives_once_in_order(before, steps, after, page_limit, ring_bytes):
    after = min(after, before - 1)

    async def main():
        feed.RING_BYTES = ring_bytes
        ledger = ListLedger()
        ledger.page_limit = page_limit
        hub = Hub(NOWHERE, ledger)
        clients, tasks, messages = [], [], []

        def append(count):
            start = len(ledger.entries)
            ledger.entries += [json.dumps({"offset": at}).encode() for at in range(start, start + count)]
            messages.append((start, start + count))

        def subscribe():
            client = Client(after)
            clients.append(client)
            wish = Subscribe(TOPIC, after=after)
            tasks.append(asyncio.create_task(Subscription(hub, parse(TOPIC), wish, client.send).run()))

        def publish(which, *, bare):
            if messages:
                start, end = messages[-1 - which % len(messages)]
                items = None if bare else ledger.entries[start:end]
                message = Appended(topic=TOPIC, start=start, end=end, items=items)
                hub.receive(PREFIX + TOPIC, msgpack.encode(message))

        if before:
            append(before)
        subscribe()
        for step, number in steps:
            if step == "append":
                append(number)
            elif step in ("publish", "bare"):
                publish(number, bare=step == "bare")
            elif step == "subscribe" and len(clients) < 5:
                subscribe()
            elif step == "turn":
                for _ in range(number):
                    await asyncio.sleep(0)
            elif step == "check":
                await hub.check_heads()
            elif step == "gap":
                messages.clear()
            assert not any(task.done() for task in tasks)
        subscribe()  # one that comes last
        ledger.ended = True
        hub.receive(PREFIX + TOPIC, msgpack.encode(Ended(topic=TOPIC, end=len(ledger.entries))))
        for _ in range(10):
            await asyncio.sleep(0)
        await hub.check_heads()
        await asyncio.wait_for(asyncio.gather(*tasks), 5)
        wanted = [{"offset": at} for at in range(after + 1, len(ledger.entries))]
        for client in clients:
            assert client.got == wanted
            assert client.frames[-1] == "end"
            assert client.frames.count("end") == 1

    usual = feed.RING_BYTES
    try:
        asyncio.run(main())
    finally:
        feed.RING_BYTES = usual
