"""One line in the log for each request that failed here or was slow; none for the others."""

import logging
import time
from collections.abc import MutableMapping
from typing import Any

from athanor.server.asgi import Application, Receive, Scope, Send

SLOW_S = 2.0

_log = logging.getLogger(__name__)


class RequestLog:
    """Times HTTP requests up to the first byte of the answer: a long download is not slow, a late one is."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        began = time.monotonic()

        async def send_timed(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                took = time.monotonic() - began
                if message["status"] >= 500 or took > SLOW_S:
                    path = scope["path"].encode("unicode_escape").decode()[:200]
                    _log.warning("%s %s answered %d after %.2f s", scope["method"], path, message["status"], took)
            await send(message)

        await self._application(scope, receive, send_timed)
