"""HTTP requests, counted by route template: paths that clients make up are not told apart."""

import time
from typing import Any

from litestar.types import Message, Scope
from prometheus_client import CollectorRegistry, Counter, Histogram

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS_S = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
REFUSED = "(refused)"
"""The route of what the gate did not let through."""
UNKNOWN = "(none)"


class Requests:
    """Measures an application, up to the first byte of each answer."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._count = Counter(
            "athanor_http_requests", "HTTP requests answered", ["route", "method", "status"], registry=registry
        )
        self._seconds = Histogram(
            "athanor_http_request_seconds",
            "Time from an HTTP request to the first byte of its answer",
            ["route", "method"],
            buckets=_BUCKETS_S,
            registry=registry,
        )

    async def note_route(self, message: Message, scope: Scope) -> None:
        """For `before_send` of the application: what its router found."""
        scope["state"]["route"] = scope.get("path_template") or UNKNOWN

    async def measure(self, application: Any, scope: Any, receive: Any, send: Any) -> None:
        """Passes a request on and counts it."""
        if scope["type"] != "http":
            await application(scope, receive, send)
            return
        began = time.monotonic()
        state = scope.setdefault("state", {})

        async def send_measured(message: Any) -> None:
            if message["type"] == "http.response.start":
                method = scope["method"] if scope["method"] in _METHODS else "other"
                route = state.get("route", REFUSED)
                self._count.labels(route, method, message["status"]).inc()
                self._seconds.labels(route, method).observe(time.monotonic() - began)
            await send(message)

        await application(scope, receive, send_measured)
