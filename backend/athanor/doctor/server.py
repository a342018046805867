"""The port and who has it, and the server's own account of its health."""

import errno
import socket
from collections.abc import Iterator

import httpx
import msgspec
import psutil

import athanor
from athanor.cli.api import Api, Failed
from athanor.doctor.findings import Finding, ok, problem
from athanor.embedded.health import reachable
from athanor.server.health import Health
from athanor.settings import Settings


def look_at_server(settings: Settings) -> Iterator[Finding]:
    """Whether the port is free, and if an Athanor has it, how that one is."""
    place = settings.url or f"{settings.host} port {settings.port}"
    if settings.url is None:
        taken = _taken(settings.host, settings.port)
        if taken is None:
            yield ok("port", f"{place} is free: no server runs here")
            return
        if isinstance(taken, str):
            yield problem("port", taken)
            return
    yield from _ask(settings, place)


def _taken(host: str, port: int) -> str | bool | None:
    """None: free. True: somebody listens there. A sentence: it cannot be listened on at all."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, kind, protocol, _, address in dict.fromkeys(found):
            with socket.socket(family, kind, protocol) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            return True
        return f"cannot listen on {host} port {port}: {error.strerror}. Set ATHANOR_HOST or ATHANOR_PORT."
    return None


def _ask(settings: Settings, place: str) -> Iterator[Finding]:
    try:
        health = _health(settings)
    except (httpx.HTTPError, msgspec.MsgspecError, Failed) as error:
        why = str(error).partition("\n")[0] or type(error).__name__
        if settings.url is not None:
            yield problem("server", f"no Athanor answers at {place}: {why}. Start it, or correct ATHANOR_URL.")
        else:
            yield problem(
                "port",
                f"{place} is taken{_holder(settings.port)}, and not by an Athanor that answers: {why}. Stop that one, "
                "or set ATHANOR_PORT to another.",
            )
        return
    version = health.version if isinstance(health.version, str) else None
    about = f"{place}: an Athanor answers{'' if version is None else f', version {version}'}"
    if version is not None and version != athanor.__version__:
        yield problem("server", f"{about}; this one is {athanor.__version__}. Start the server again, or update.")
    elif health.problems:
        yield from (problem("server", f"{place}: {said}") for said in health.problems)
    elif health.status != "ok":
        yield problem("server", f"{about}, and is {health.status}. With ATHANOR_TOKEN set, it says what is wrong.")
    else:
        yield ok("server", f"{about}; all is well by its own account")


def _health(settings: Settings) -> Health:
    """What the server says of itself; 503 is an answer too."""
    with Api(settings) as api:
        headers, url = dict(api.headers), api.url
        if api.peer is not None:
            host = reachable(settings.host)
            url = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
            headers["Host"] = f"127.0.0.1:{settings.port}"
        answer = httpx.get(f"{url}/api/health", headers=headers, timeout=10, trust_env=not api.is_local)
    return msgspec.json.decode(answer.content, type=Health)


def _holder(port: int) -> str:
    """Who listens there, as far as this user may know."""
    try:
        for connection in psutil.net_connections("inet"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,) and connection.pid:
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    except psutil.Error:
        pass  # not to be known without more rights
    return ""
