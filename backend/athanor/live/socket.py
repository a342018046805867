"""One client's WebSocket: its subscriptions, one sender, no queue.

A client that does not read makes its own subscriptions wait, and is closed with 4408 when a frame could not leave
within ten seconds.
"""

import asyncio
import logging
from typing import Any

import msgspec
from litestar import WebSocket, websocket
from litestar.di import NamedDependency
from litestar.exceptions import WebSocketDisconnect

from athanor.live.feed import encode
from athanor.live.hub import Hub
from athanor.live.subscription import Subscription
from athanor.wire.frames import (
    ClientFrame,
    Error,
    Heartbeat,
    Ping,
    Pong,
    Subscribe,
    Unsubscribe,
)
from athanor.wire.topics import parse

log = logging.getLogger(__name__)

HEARTBEAT_EVERY_S = 15.0
SEND_WITHIN_S = 10.0
MAX_SUBSCRIPTIONS = 1000
CLOSE_TOO_SLOW = 4408

_decoder = msgspec.json.Decoder(ClientFrame)


@websocket("/api/stream", name="stream")
async def stream(socket: WebSocket[Any, Any, Any], hub: NamedDependency[Hub]) -> None:
    """Events and stream entries as they are committed; see docs/stream.md."""
    await socket.accept()
    await StreamSocket(socket, hub).run()


class TooSlow(Exception):
    """The client did not take a frame in time."""


class StreamSocket:
    def __init__(self, socket: WebSocket[Any, Any, Any], hub: Hub) -> None:
        self._socket = socket
        self._hub = hub
        self._subscriptions: dict[str, tuple[Subscription, asyncio.Task[None]]] = {}
        self._sending = asyncio.Lock()
        self._broken = asyncio.get_running_loop().create_future()

    async def run(self) -> None:
        """Until the client leaves or is too slow; leaves no task and no subscription behind."""
        receiving = asyncio.create_task(self._receive())
        beating = asyncio.create_task(self._beat())
        self._hub.sockets += 1
        try:
            await asyncio.wait([receiving, beating, self._broken], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._hub.sockets -= 1
            tasks = [receiving, beating, *(task for _, task in self._subscriptions.values())]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            if self._broken.done() and isinstance(self._broken.exception(), TooSlow):
                try:
                    async with asyncio.timeout(1):
                        await self._socket.close(code=CLOSE_TOO_SLOW, reason="a frame was not taken within 10 s")
                except Exception as error:
                    log.debug("a slow client was gone before it was told: %s", error)

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] != "websocket.receive":
                return
            text = message.get("text")
            if text is None:
                await self._send(encode(Error("frames are JSON text, not binary")))
            else:
                await self._take(text)

    async def _take(self, text: str) -> None:
        try:
            frame = _decoder.decode(text.encode("utf-8", "replace"))
        except (msgspec.MsgspecError, RecursionError) as error:
            await self._send(
                encode(Error(f'not a frame: {error}; for instance {{"op":"subscribe","topic":"instances"}}'))
            )
            return
        match frame:
            case Subscribe():
                await self._subscribe(frame)
            case Unsubscribe():
                await self._unsubscribe(frame.topic)
            case Ping():
                await self._send(encode(Pong()))

    async def _subscribe(self, wish: Subscribe) -> None:
        try:
            topic = parse(wish.topic)
        except ValueError as error:
            await self._send(encode(Error(str(error), wish.topic[:200])))
            return
        if topic.stream is None and (wish.after is not msgspec.UNSET or wish.mode != "all"):
            await self._send(
                encode(Error("`after` and `mode` belong to streams; this topic has no offsets", topic.name))
            )
            return
        if topic.name in self._subscriptions:
            await self._send(encode(Error("already subscribed; unsubscribe first", topic.name)))
            return
        if len(self._subscriptions) >= MAX_SUBSCRIPTIONS:
            await self._send(encode(Error(f"at most {MAX_SUBSCRIPTIONS} subscriptions on one socket", topic.name)))
            return
        subscription = Subscription(self._hub, topic, wish, self._send)
        task = asyncio.create_task(self._follow(subscription))
        self._subscriptions[topic.name] = (subscription, task)

    async def _unsubscribe(self, name: str) -> None:
        if name not in self._subscriptions:
            await self._send(encode(Error("not subscribed", name[:200])))
            return
        _, task = self._subscriptions.pop(name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def _follow(self, subscription: Subscription) -> None:
        name = subscription.topic.name
        try:
            await subscription.run()
        except Exception as error:
            if not self._broken.done():
                log.exception("a subscription to %s failed", name)
                self._broken.set_exception(error)
        finally:
            if self._subscriptions.get(name, (None, None))[0] is subscription:
                del self._subscriptions[name]

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY_S)
            heads = {name: subscription.head for name, (subscription, _) in self._subscriptions.items()}
            await self._send(encode(Heartbeat({name: head for name, head in heads.items() if head is not None})))

    async def _send(self, text: str) -> None:
        """One frame after the other; a client that does not read holds up nobody but itself."""
        try:
            async with self._sending, asyncio.timeout(SEND_WITHIN_S):
                await self._socket.send_data(text)
        except TimeoutError:
            if not self._broken.done():
                self._broken.set_exception(TooSlow())
            raise asyncio.CancelledError from None
        except (WebSocketDisconnect, OSError, RuntimeError) as error:
            if not self._broken.done():
                self._broken.set_exception(error)
            raise asyncio.CancelledError from error
