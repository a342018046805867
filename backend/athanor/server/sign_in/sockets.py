"""WebSockets that the gate let in, so that they end when that by which they came in does."""

import asyncio
import logging

from athanor.server.asgi import Application, Message, Receive, Scope, Send

CLOSE_SIGNED_OUT = 4401
CLOSE_WITHIN_S = 1.0

log = logging.getLogger(__name__)


class OpenSockets:
    """By session (the cookie's value), or by the token (None)."""

    def __init__(self) -> None:
        self._open: dict[str | None, set[_Socket]] = {}

    @property
    def sessions(self) -> list[str]:
        """Sessions with an open socket."""
        return [session for session in self._open if session is not None]

    def end_session(self, session: str) -> None:
        for socket in self._open.get(session, ()):
            socket.end()

    def end_all(self) -> None:
        for sockets in self._open.values():
            for socket in sockets:
                socket.end()

    async def serve(
        self, session: str | None, application: Application, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Runs the application; when the socket is ended it sees a disconnected client, and the client a 4401."""
        socket = _Socket(receive, send)
        self._open.setdefault(session, set()).add(socket)
        try:
            await application(scope, socket.receive, socket.send)
        finally:
            self._open[session].discard(socket)
            if not self._open[session]:
                del self._open[session]
            await socket.close()


class _Socket:
    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._ended = asyncio.get_running_loop().create_future()
        self._receiving: asyncio.Task[Message] | None = None
        self._is_closed = False

    def end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)

    async def receive(self) -> Message:
        if self._receiving is None:
            self._receiving = asyncio.create_task(self._next())
        await asyncio.wait([self._receiving, self._ended], return_when=asyncio.FIRST_COMPLETED)
        if self._ended.done():
            return {"type": "websocket.disconnect", "code": CLOSE_SIGNED_OUT}
        message, self._receiving = self._receiving.result(), None
        return message

    async def _next(self) -> Message:
        return await self._receive()

    async def send(self, message: Message) -> None:
        if self._ended.done():
            raise OSError("the sign-in of this socket has ended")
        self._is_closed = self._is_closed or message["type"] in ("websocket.close", "websocket.http.response.start")
        await self._send(message)

    async def close(self) -> None:
        """Leaves no task behind; tells the client, unless it or the application has closed before."""
        if self._receiving is not None:
            self._receiving.cancel()
        if not self._ended.done() or self._is_closed:
            return
        try:
            async with asyncio.timeout(CLOSE_WITHIN_S):
                await self._send(
                    {"type": "websocket.close", "code": CLOSE_SIGNED_OUT, "reason": "the sign-in has ended"}
                )
        except (OSError, RuntimeError, TimeoutError) as error:
            log.debug("a socket was gone before it was told: %s", error)
