"""The API server as a process: one event loop on uvloop, bound sockets, a bounded end."""

import contextlib
import errno
import logging
import socket
from collections.abc import Iterator, Sequence
from pathlib import Path

import uvicorn

from athanor.db.migrate import require_current
from athanor.server.app import Server, create_app
from athanor.server.asgi import Application
from athanor.server.bind import secured
from athanor.server.http_protocol import BoundedHttpProtocol
from athanor.server.parts import Parts
from athanor.server.request_log import RequestLog
from athanor.server.routers import ROUTERS
from athanor.server.sign_in.sign_in import SignIn
from athanor.settings import Settings, SettingsError
from athanor.wire.frames import MAX_CLIENT_FRAME_BYTES

GRACEFUL_STOP_S = 5
BACKLOG = 2048

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> None:
    """The whole API server, until SIGTERM or SIGINT.

    Raises:
        SettingsError: the settings would open this server to others, its address cannot be listened on, or the
            database is not there or not migrated.
    """
    token_file = settings.token_file if settings.makes_token else None
    settings = secured(settings)
    if settings.database_url is not None:
        require_current(settings.database_url)
    serve_application(composed(settings, token_file=token_file), settings, token_file=token_file)


def composed(settings: Settings, *, token_file: Path | None = None) -> Server:
    """The API server with all its parts, not yet started; `token_file` as in SignIn."""
    parts = Parts(settings)
    sign_in = SignIn(settings, parts.get_database, token_file=token_file)
    return create_app(
        settings,
        routers=ROUTERS,
        checks=parts.checks,
        dependencies=parts.dependencies,
        lifespan=[parts.lifespan, sign_in.lifespan],
        sign_in=sign_in,
        metrics=parts.metrics,
    )


def serve_application(application: Application, settings: Settings, *, token_file: Path | None = None) -> None:
    """Serves until SIGTERM or SIGINT, then lets answers under way finish for GRACEFUL_STOP_S and returns.

    Raises:
        SettingsError: the address cannot be listened on.
    """
    sockets = listen(settings.host, settings.port)
    try:
        names = ", ".join(f"http://{_address(each)}" for each in sockets)
        _log.info("listening on %s (%s)", names, _access(settings, token_file))
        StoppableServer(server_config(application)).run(sockets=list(sockets))
    finally:
        for each in sockets:
            each.close()


def _access(settings: Settings, token_file: Path | None) -> str:
    """Who may use the server, for whoever starts it."""
    if settings.token is None:
        return "no token is set: open to this machine"
    where = "ATHANOR_TOKEN" if token_file is None else f"the token in {token_file}; `athanor token` prints it"
    return f"sign in with {where}"


def server_config(application: Application) -> uvicorn.Config:
    """How uvicorn runs the application, in production and in the tests."""
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    logging.getLogger("uvicorn.error").addFilter(_is_no_refusal)
    return uvicorn.Config(
        RequestLog(application),
        loop="uvloop",
        http=BoundedHttpProtocol,
        ws="websockets-sansio",
        ws_max_size=MAX_CLIENT_FRAME_BYTES,
        ws_per_message_deflate=False,
        lifespan="on",
        interface="asgi3",
        proxy_headers=False,
        server_header=False,
        access_log=False,
        log_config=None,
        backlog=BACKLOG,
        timeout_graceful_shutdown=GRACEFUL_STOP_S,
    )


def _is_no_refusal(record: logging.LogRecord) -> bool:
    """uvicorn calls it an error when a WebSocket handshake is answered by 403: any page could fill the log with it."""
    return record.getMessage() != "ASGI callable returned without completing handshake."


class StoppableServer(uvicorn.Server):
    """Returns after a signal instead of raising it again: whoever called decides what comes next."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        with super().capture_signals():
            yield
            self._captured_signals.clear()


def listen(host: str, port: int) -> Sequence[socket.socket]:
    """One bound socket for each address of `host`; raises SettingsError saying what is in the way."""
    bound: list[socket.socket] = []
    failures: list[OSError] = []
    for family, kind, protocol, _, address in dict.fromkeys(
        socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    ):
        each = socket.socket(family, kind, protocol)
        try:
            each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                each.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
            each.bind(address)
            each.setblocking(False)
            bound.append(each)
        except OSError as error:
            each.close()
            failures.append(error)
    taken = next((error for error in failures if error.errno == errno.EADDRINUSE), None)
    if bound and taken is None:
        return bound
    for each in bound:
        each.close()
    if taken is not None:
        raise SettingsError(f"port {port} on {host} is in use by another program; set ATHANOR_PORT to a free one")
    raise SettingsError(f"cannot listen on ATHANOR_HOST={host}, port {port}: {failures[0].strerror}")


def _address(each: socket.socket) -> str:
    host, port, *_ = each.getsockname()
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
