"""An id for each request, and one line in the log for each that failed here or was slow; none for the others."""

import logging
import re
import time
from collections.abc import MutableMapping
from typing import Any
from uuid import uuid4

from athanor.process_log import saying
from athanor.server.asgi import Application, Receive, Scope, Send

SLOW_S = 2.0
_PLAIN_ID = re.compile(rb"[A-Za-z0-9._-]{1,64}")

_log = logging.getLogger(__name__)


class RequestLog:
    """Times HTTP requests up to the first byte of the answer: a long download is not slow, a late one is.

    Every answer has `X-Request-Id`, the id that the log's lines about the request bear. A client's own is taken over
    if it is short and plain.
    """

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        request_id = _request_id(scope)
        with saying(request_id=request_id):
            if scope["type"] == "websocket":
                await self._application(scope, receive, send)
            else:
                await self._answer(scope, receive, send, request_id)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began = time.monotonic()

        async def send_timed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", request_id.encode())]
                took = time.monotonic() - began
                if message["status"] >= 500 or took > SLOW_S:
                    path = scope["path"].encode("unicode_escape").decode()[:200]
                    _log.warning("%s %s answered %d after %.2f s", scope["method"], path, message["status"], took)
            await send(message)

        await self._application(scope, receive, send_timed)


def _request_id(scope: Scope) -> str:
    given = [value for name, value in scope["headers"] if name.lower() == b"x-request-id"]
    if len(given) == 1 and _PLAIN_ID.fullmatch(given[0]):
        return str(given[0].decode())
    return uuid4().hex
