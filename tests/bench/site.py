"""The product as a benchmark runs it: bundled servers, one API server and one worker of four slots, as processes."""

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from msgspec import Struct

from athanor.db.migrate import upgrade
from servers import Servers, servers
from stack import Stack

T = TypeVar("T")

EXPERIMENTS = Path(__file__).parent / "experiments"
# The tests shorten what a benchmark has to leave alone.
PRODUCTION = {"ATHANOR_LEASE": "120s", "ATHANOR_CANCEL_GRACE": "10s", "ATHANOR_DRAIN": "10s"}


class Backend(Struct, frozen=True):
    """What `Stack` asks of a backend."""

    database_url: str
    redis_url: str

    @property
    def environment(self) -> dict[str, str]:
        return {"ATHANOR_DATABASE_URL": self.database_url, "ATHANOR_REDIS_URL": self.redis_url}


class Site:
    """A running stack and a way past it into its database."""

    def __init__(self, pair: Servers, stack: Stack) -> None:
        self.servers = pair
        self.stack = stack

    def query(self, work: Any) -> Any:
        """The result of `work(connection)`, a coroutine function over asyncpg."""

        async def run() -> Any:
            connection = await asyncpg.connect(self.servers.database_url.replace("+asyncpg", ""))
            try:
                return await work(connection)
            finally:
                await connection.close()

        return asyncio.run(run())

    def result(self, run_id: str, key: str) -> Any:
        """The value of a finished run's result."""
        items = self.stack.http.get(f"/api/runs/{run_id}/results").json()["items"]
        return next(item["preview"] for item in items if item["key"] == key)

    def run(self, experiment: str, **config: Any) -> str:
        """Starts a run and waits for its success; its id."""
        run_id = self.stack.start(experiment, **config)
        self.finished(run_id)
        return run_id

    def finished(self, run_id: str) -> dict[str, Any]:
        """The run, once it is completed."""
        run = self.stack.until(run_id, seconds=120.0)
        if run["status"] != "completed":
            raise RuntimeError(f"the run ended {run['status']}/{run['reason']}: {run['error']}\n{run['traceback']}")
        return run


@contextmanager
def site() -> Iterator[Site]:
    """Servers, API server and worker, ended at the end."""
    with tempfile.TemporaryDirectory(prefix="athanor-bench-") as folder, servers() as pair:
        upgrade(pair.database_url)
        stack = Stack(
            Backend(pair.database_url, pair.redis_url),
            Path(folder),
            **{**PRODUCTION, "ATHANOR_EXPERIMENTS": str(EXPERIMENTS)},
        )
        try:
            stack.start_server()
            stack.start_worker()
            yield Site(pair, stack)
        finally:
            stack.stop()


def together(work: Coroutine[Any, Any, T]) -> T:
    """Runs a client's coroutine on its own event loop."""
    return asyncio.run(work)
