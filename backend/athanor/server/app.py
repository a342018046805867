"""One place that puts the API server together."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from functools import cache
from typing import Any

from litestar import Litestar
from litestar.di import Provide
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler, Message, Scope

from athanor.server.api_docs import api_docs_router
from athanor.server.authorities import authorities
from athanor.server.errors import EXCEPTION_HANDLERS
from athanor.server.gate import Gate
from athanor.server.health import HealthChecks, health_router
from athanor.server.metrics.scrape import Metrics, metrics_route
from athanor.server.openapi import as_text, describe
from athanor.server.page import PAGE_HANDLERS
from athanor.server.parameters import refuse_null
from athanor.server.request import JsonRequest
from athanor.server.sign_in.routes import session_router
from athanor.server.sign_in.sign_in import SignIn
from athanor.server.sign_in.token import CurrentToken
from athanor.settings import Settings

Lifespan = Callable[[Litestar], AbstractAsyncContextManager[None]]


def create_app(
    settings: Settings,
    *,
    routers: Sequence[ControllerRouterHandler],
    checks: HealthChecks,
    dependencies: Mapping[str, Provide] | None = None,
    lifespan: Sequence[Lifespan] = (),
    sign_in: SignIn | None = None,
    metrics: Metrics | None = None,
) -> "Server":
    """The API server as one ASGI application, the gate outermost.

    A domain brings a router whose path starts with `/api` and whose handlers have operation ids; `dependencies` are
    given to handlers by parameter name; each of `lifespan` is entered at start and left at the end, in reverse. Without
    `sign_in` the token opens the gate, and no browser can sign in.

    Raises:
        SettingsError: a public URL that is none.
    """
    metrics = metrics or Metrics()
    api: list[ControllerRouterHandler] = [health_router(checks), *routers]

    @cache
    def description() -> bytes:
        return as_text(describe(api, dependencies)).encode()

    litestar = Litestar(
        [
            *api,
            *([] if sign_in is None else [session_router(sign_in)]),
            api_docs_router(description),
            metrics_route(metrics),
            *PAGE_HANDLERS,
        ],
        dependencies=dict(dependencies or {}),
        lifespan=list(lifespan),
        exception_handlers=EXCEPTION_HANDLERS,
        request_class=JsonRequest,
        before_request=refuse_null,
        request_max_body_size=None,  # the gate counts
        before_send=[],
        openapi_config=None,
        logging_config=None,
    )
    litestar.before_send += [_AllowedMethods(litestar), metrics.requests.note_route]
    return Server(litestar, settings, sign_in, description, metrics)


class Server:
    """The application behind its gate; `litestar` is the inside, for whoever walks its routes."""

    def __init__(
        self,
        litestar: Litestar,
        settings: Settings,
        sign_in: SignIn | None,
        openapi_json: Callable[[], bytes],
        metrics: Metrics,
    ) -> None:
        self.litestar = litestar
        self._metrics = metrics
        self.openapi_json = openapi_json
        self._gate = Gate(
            litestar,  # type: ignore[arg-type]
            authorities=authorities(settings),
            token=CurrentToken(settings.token) if sign_in is None else sign_in.token,
            guarded_roots=_guarded_roots(litestar),
            sessions=None if sign_in is None else sign_in.sessions,
            sockets=None if sign_in is None else sign_in.sockets,
        )

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._metrics.requests.measure(self._gate, scope, receive, send)


def _guarded_roots(litestar: Litestar) -> frozenset[str]:
    """The first segment of every route but the page's: what is added later is guarded without anybody's doing."""
    roots = {route.path.split("/")[1] for route in litestar.routes}
    return frozenset(root for root in roots if root not in ("", "assets") and not root.startswith("{")) | {"api"}


class _AllowedMethods:
    """Puts into `Allow` every method of the path: the router forgets those of other handlers on OPTIONS, and HEAD."""

    def __init__(self, litestar: Litestar) -> None:
        self._by_path = {
            route.path_format: set(route.methods) for route in litestar.routes if isinstance(route, HTTPRoute)
        }

    async def __call__(self, message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        message["headers"] = [
            (name, self._allowed(value, scope) if name.lower() == b"allow" else value)
            for name, value in message["headers"]
        ]

    def _allowed(self, value: bytes, scope: Scope) -> bytes:
        methods = {method.strip() for method in value.decode().split(",")}
        methods |= self._by_path.get(scope.get("path_template", ""), set())
        methods |= {"HEAD"} if "GET" in methods else set()
        return ", ".join(sorted(methods)).encode()
