"""`athanor up`: PostgreSQL, Valkey, migrations, API server and worker, on one data folder."""

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from athanor.embedded import examples, reload
from athanor.embedded.console import Console
from athanor.embedded.errors import StartError
from athanor.embedded.folders import lock, make_private
from athanor.embedded.health import answers, reachable
from athanor.embedded.parts import Part, postgres_part, valkey_part
from athanor.embedded.postgres import Postgres
from athanor.embedded.supervisor import Supervisor
from athanor.embedded.valkey import Valkey
from athanor.settings import Settings

_OWN_PROGRAM = (sys.executable, "-P", "-m", "athanor.cli")
# Servers that hold no secret are told none: not the token, not whatever else is in the environment.
_PLAIN = ("PATH", "TZ", "LANG", "LC_ALL", "TMPDIR")
_TIME_TO_STOP_S = 15.0


class Up(Struct, kw_only=True, frozen=True):
    """What `athanor up` was asked for. `program` takes `server`, `worker` or `migrate` as its last argument."""

    settings: Settings
    with_examples: bool = False
    with_reload: bool = False
    program: Sequence[str] = _OWN_PROGRAM


def run(up: Up) -> None:
    """Returns when all was stopped on request.

    Raises:
        StartError: something cannot start; nothing is left running.
    """
    make_private(up.settings.data_dir)
    held = lock(up.settings.data_dir)
    console = Console.on_stdout(up.settings.log_format)
    try:
        asyncio.run(_run(up, console))
    finally:
        console.close()
        os.close(held)


async def _run(up: Up, console: Console) -> None:
    settings = up.settings
    supervisor = Supervisor(settings.data_dir, console)
    supervisor.end_leftovers()
    _check_port(settings.host, settings.port)
    await supervisor.run(lambda: _start(up, supervisor))


async def _start(up: Up, supervisor: Supervisor) -> None:
    settings = up.settings
    env = await _start_databases(settings, supervisor)
    await supervisor.run_to_end(_part(up, "migrate", env))
    await supervisor.start(
        _part(up, "server", env, ready=lambda _: answers(settings.host, settings.port)),
        _part(up, "worker", env, patience_s=settings.drain_s + _TIME_TO_STOP_S, hurry_signal=signal.SIGTERM),
    )
    supervisor.console.say(_summary(settings, supervisor.console))
    async with asyncio.TaskGroup() as group:
        if up.with_examples:
            group.create_task(examples.seed(settings, supervisor.console))
        if up.with_reload:
            group.create_task(reload.watch(supervisor, "server", "worker"))


async def _start_databases(settings: Settings, supervisor: Supervisor) -> dict[str, str]:
    """Starts those of the two that no setting names; the environment that tells the other parts where all is."""
    plain = {name: os.environ[name] for name in _PLAIN if name in os.environ}
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "ATHANOR_DATA_DIR": str(settings.data_dir)}
    parts = []
    if settings.database_url is None:
        postgres = Postgres(settings.data_dir)
        env["ATHANOR_DATABASE_URL"] = postgres.database_url
        parts.append(postgres_part(postgres, plain))
    if settings.redis_url is None:
        valkey = Valkey(settings.data_dir)
        env["ATHANOR_REDIS_URL"] = valkey.redis_url
        parts.append(valkey_part(valkey, plain))
    if parts:
        await supervisor.start(*parts)
    return env


def _part(up: Up, name: str, env: dict[str, str], **more: object) -> Part:
    return Part(name=name, argv=[*up.program, name], env=env, **more)  # type: ignore[arg-type]


def _check_port(host: str, port: int) -> None:
    """Says at once, before anything heavy is started, that the API server would not get its address."""
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
            why = f"Port {port} on {host} is in use. Stop what uses it, or set ATHANOR_PORT to another one."
        elif error.errno == errno.EACCES:
            why = f"Port {port} on {host} is not for this user. Set ATHANOR_PORT to one above 1023."
        else:
            why = f"Cannot listen on {host} port {port}: {error.strerror}. Set ATHANOR_HOST to an address of it."
        raise StartError(why) from None


def _summary(settings: Settings, console: Console) -> str:
    host = reachable(settings.host)
    url = (
        settings.public_urls[0]
        if settings.public_urls
        else f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
    )
    if settings.token is None:
        access = "not set: everybody on this machine may use it (ATHANOR_TOKEN=auto makes one)"
    elif settings.makes_token:
        access = f"in {settings.token_file}: `athanor token` prints it, the page asks for it"
    else:
        access = "set (ATHANOR_TOKEN): the page asks for it"
    rows = {
        "open": console.bold(url),
        "data": str(settings.data_dir),
        "experiments": ", ".join(_shown(folder) for folder in settings.experiments),
        "token": access,
        "stop": "Ctrl-C",
    }
    lines = "\n".join(f"    {name:<12}{text}" for name, text in rows.items())
    return f"\n  {console.bold('Athanor is ready')}\n{lines}\n"


def _shown(folder: Path) -> str:
    return str(folder) if folder.is_dir() else f"{folder} (missing; `athanor init {folder}` makes one)"
