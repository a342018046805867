"""One Redis connection that listens. It never reconnects in silence: every gap is told.

Written on redis-py's connection instead of its PubSub class, which resubscribes by itself after a lost connection
and so hides that messages are missing.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any

from redis.asyncio import ConnectionPool
from redis.asyncio.connection import AbstractConnection
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

PING_EVERY_S = 5.0
SILENCE_S = 12.0
"""No message and no pong for so long: the connection is taken for dead."""
CONFIRM_S = 2.0


class Listener:
    """Calls `on_message(channel, data)` for every message, and `on_connected()` after each (re)connection, when all
    channels are subscribed again: what was published before that may be missing."""

    def __init__(
        self, url: str, on_message: Callable[[str, bytes], None], on_connected: Callable[[], None] = lambda: None
    ) -> None:
        self._pool = ConnectionPool.from_url(url, socket_connect_timeout=2.0, decode_responses=False)
        self._on_message = on_message
        self._on_connected = on_connected
        self._channels: set[str] = set()
        self._confirmations: dict[str, list[asyncio.Future[None]]] = {}
        self._connection: AbstractConnection | None = None

    @property
    def connected(self) -> bool:
        return self._connection is not None

    async def subscribe(self, channel: str) -> None:
        """Returns when Redis confirmed, or at once while it is away: then `on_connected` follows."""
        self._channels.add(channel)
        if self._connection is None:
            return
        confirmed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._confirmations.setdefault(channel, []).append(confirmed)
        await self._send("SUBSCRIBE", channel)
        try:
            async with asyncio.timeout(CONFIRM_S):  # `wait_for` can swallow a cancellation before Python 3.12
                await confirmed
        except TimeoutError:
            log.warning("Redis did not confirm a subscription within %s s; reconnecting", CONFIRM_S)
            await self._drop()

    async def unsubscribe(self, channel: str) -> None:
        self._channels.discard(channel)
        await self._send("UNSUBSCRIBE", channel)

    async def run(self) -> None:
        """Listens for ever, over any number of Redis restarts. Cancel it to stop."""
        pause_s = 0.05
        try:
            while True:
                started = time.monotonic()
                try:
                    await self._listen()
                except (RedisError, OSError, TimeoutError) as error:
                    log.warning("Redis is away (%s); listening again soon", error or type(error).__name__)
                finally:
                    await self._drop()
                if time.monotonic() - started > 5:
                    pause_s = 0.05
                await asyncio.sleep(pause_s)
                pause_s = min(pause_s * 2, 1.0)
        finally:
            await self._pool.aclose()

    async def _listen(self) -> None:
        connection: Any = self._pool.make_connection()  # type: ignore[no-untyped-call]
        try:
            await connection.connect()
            wanted = set(self._channels)
            for channel in wanted:
                await connection.send_command("SUBSCRIBE", channel)
            self._connection = connection
            # Channels added while the commands above were on their way.
            late = self._channels - wanted
            for channel in late:
                await connection.send_command("SUBSCRIBE", channel)
            awaited = len(wanted) + len(late)
            if not awaited:
                self._on_connected()
            pinged = heard = time.monotonic()
            while True:
                now = time.monotonic()
                if now - pinged >= PING_EVERY_S:
                    await connection.send_command("PING")
                    pinged = now
                if now - heard > SILENCE_S:
                    raise TimeoutError("no answer to pings")
                message = await connection.read_response(timeout=PING_EVERY_S, disconnect_on_error=False)
                if message is None:  # nothing came in time
                    continue
                heard = time.monotonic()
                if self._handle(message) and awaited:
                    awaited -= 1
                    if awaited == 0:
                        self._on_connected()
        finally:
            self._connection = None
            await connection.disconnect(nowait=True)

    def _handle(self, message: Any) -> bool:
        """Passes one message on; True for the confirmation of a subscription."""
        if not isinstance(message, list) or len(message) < 3:
            return False
        kind, channel, data = message[0], message[1].decode(), message[2]
        if kind == b"message":
            self._on_message(channel, data)
        elif kind == b"subscribe":
            for confirmed in self._confirmations.pop(channel, ()):
                if not confirmed.done():
                    confirmed.set_result(None)
            return True
        return False

    async def _send(self, *command: str) -> None:
        connection: Any = self._connection
        if connection is not None:
            try:
                await connection.send_command(*command)
            except (RedisError, OSError):
                await self._drop()

    async def _drop(self) -> None:
        """Ends the connection; `run` sees it and makes a new one. Whoever waits for a confirmation goes on."""
        connection: Any = self._connection
        self._connection = None
        if connection is not None:
            await connection.disconnect(nowait=True)
        waiting, self._confirmations = self._confirmations, {}
        for confirmed in [future for futures in waiting.values() for future in futures]:
            if not confirmed.done():
                confirmed.set_result(None)
