"""A real API server on a free loopback port, for tests."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvloop
from msgspec import Struct

from athanor.server.app import Server, create_app
from athanor.server.health import HealthChecks
from athanor.server.main import StoppableServer, listen, server_config
from athanor.server.parts import Parts
from athanor.server.routers import ROUTERS
from athanor.settings import Settings

TOKEN = "a-token-of-enough-characters"


class Running(Struct):
    port: int
    server: Server
    client: httpx.Client

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"


async def _reachable() -> None:
    return None


async def _two_workers() -> int:
    return 2


def whole_api(settings: Settings) -> Server:
    """Every route there is, with health checks that say all is well; nothing behind it is connected."""
    checks = HealthChecks(_reachable, _reachable, _two_workers)
    return create_app(settings, routers=ROUTERS, checks=checks, dependencies=Parts(settings).dependencies)


@contextmanager
def serving(build: Callable[[Settings], Server], **settings: Any) -> Iterator[Running]:
    """Serves `build(settings)` as production does, in a thread; the settings have the free port."""
    sockets = listen("127.0.0.1", 0)
    port = sockets[0].getsockname()[1]
    server = build(Settings(port=port, data_dir=Path("/nonexistent/athanor"), **settings))
    uvicorn_server = StoppableServer(server_config(server))  # type: ignore[arg-type]
    failures: list[BaseException] = []

    def run() -> None:
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(uvicorn_server.serve(sockets=list(sockets)))
        except BaseException as failure:
            failures.append(failure)

    thread = threading.Thread(target=run, name="api-server")
    thread.start()
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10, trust_env=False) as client:
            yield Running(port, server, client)
    finally:
        uvicorn_server.should_exit = True
        thread.join(20)
        for each in sockets:
            each.close()
    assert not thread.is_alive()
    assert not failures, failures
