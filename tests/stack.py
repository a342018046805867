"""The product as a test runs it: an API server and workers as processes, on a database of their own.

What a test waits for has long limits, and leases are longer than any machine is slow: both cost time only where
something fails. Where a lease must run out, or a child must be killed, the test sets a short one.
"""

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from athanor.db.base import new_id, to_json
from athanor.db.session import Database
from athanor.domain.instances.models import Instance
from ledger import TERMINAL, Ledger, eventually
from leftovers import MARK, active_runs, ended_again, figures, open_transactions, processes

__all__ = ["EXPERIMENTS", "TERMINAL", "Stack", "eventually", "free_port", "running_stack", "stack"]

EXPERIMENTS = Path(__file__).parent / "faults" / "experiments"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack(Ledger):
    """One API server and any number of workers."""

    def __init__(self, backend: Any, folder: Path, **settings: str) -> None:
        self.backend = backend
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stream_url = f"ws://127.0.0.1:{self.port}/api/stream"
        self.log = folder / "stack.log"
        self.mark = secrets.token_hex(8)
        self._processes: list[subprocess.Popen[bytes]] = []
        self.server: subprocess.Popen[bytes] | None = None
        self.workers: list[subprocess.Popen[bytes]] = []
        """Those that live, as far as known when the last one was started."""
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")},
            **backend.environment,
            "ATHANOR_PORT": str(self.port),
            "ATHANOR_EXPERIMENTS": str(EXPERIMENTS),
            "ATHANOR_DATA_DIR": str(folder / "data"),
            "ATHANOR_SLOTS": "4",
            "ATHANOR_LEASE": "15s",
            "ATHANOR_CANCEL_GRACE": "10s",
            "ATHANOR_DRAIN": "1s",
            MARK: self.mark,
            **settings,
        }
        super().__init__(httpx.Client(base_url=self.url, timeout=60, trust_env=False))

    def _start(self, command: str, within: Sequence[str] = (), **settings: str) -> "subprocess.Popen[bytes]":
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                [*within, sys.executable, "-m", "athanor.cli", command],
                env={**self.environment, **settings},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process

    def start_server(self) -> None:
        """Returns when it answers."""
        self.begin_server()
        self.until_up()

    def begin_server(self) -> None:
        """Returns at once."""
        self.server = self._start("server")

    def until_up(self) -> None:
        eventually(self.is_up, what="the API server")

    def kill_server(self) -> None:
        assert self.server is not None
        self.server.kill()
        self.server.wait()

    def is_up(self) -> bool:
        assert self.server is not None
        assert self.server.poll() is None, self.said()
        try:
            return self.http.get("/api/health").status_code == 200
        except httpx.HTTPError:
            return False

    def start_worker(self, within: Sequence[str] = (), **settings: str) -> "subprocess.Popen[bytes]":
        """Returns when it can take runs. `within`: what to put before its command."""
        before = self.workers_ready()
        process = self.begin_worker(within, **settings)
        self.until_workers(before + 1)
        return process

    def until_workers(self, count: int) -> None:
        """Until so many, over all that were started, have been able to take runs."""
        eventually(lambda: self.workers_ready() >= count, what=f"worker {count}")

    def workers_ready(self) -> int:
        """How many have been able to take runs, over all that were started."""
        return self.said().count(" ready: ")

    def begin_worker(self, within: Sequence[str] = (), **settings: str) -> "subprocess.Popen[bytes]":
        """Returns at once."""
        process = self._start("worker", within, **settings)
        self.workers = [*(worker for worker in self.workers if worker.poll() is None), process]
        return process

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def instance(self, experiment: str, config: dict[str, Any] | None = None) -> str:
        """A new instance's id; made in the database, so that a test may do it while the API server is down."""

        async def make() -> str:
            async def nowhere(_: object) -> None:
                return None

            database = Database(self.backend.database_url, nowhere)
            async with database.unit() as unit:
                made = Instance(
                    id=new_id(),
                    name=experiment,
                    experiment=experiment,
                    config=to_json(config or {}),
                    config_schema=to_json({}),
                )
                unit.session.add(made)
            await database.close()
            return str(made.id)

        return asyncio.run(make())

    def start(self, experiment: str, **config: Any) -> str:
        """A new run's id."""
        answer = self.http.post(f"/api/instances/{self.instance(experiment, config)}/runs")
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def start_from(self, instance_id: str, **config: Any) -> str:
        """A new run's id, of an instance that is there, with a config of its own."""
        answer = self.http.post(f"/api/instances/{instance_id}/runs", json={"config": config})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def check_nothing_is_left(self) -> None:
        """Once nothing runs any more: no process of a run, no client's socket or subscription; never an open
        transaction or a second ending."""
        url = self.backend.database_url
        eventually(lambda: not open_transactions(url), what="a transaction")
        assert ended_again(url) == []
        if active_runs(url):
            return
        own = {process.pid for process in self._processes}
        eventually(lambda: all(each.pid in own for each in processes(self.mark)), what="a process of a run")
        if self.server is not None and self.server.poll() is None and "ATHANOR_TOKEN" not in self.environment:
            eventually(lambda: self._held_for_clients() == (0, 0), what="a client's socket")

    def _held_for_clients(self) -> tuple[float, float]:
        found = figures(self.http)
        return found["athanor_stream_sockets"], found["athanor_stream_subscribers"]

    def stop(self) -> None:
        """Ends all in order, or by force; then no process may be left that any of them started. Raises last."""
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        deadline = time.monotonic() + 60
        deaf = []
        for process in self._processes:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                deaf.append(process.args)
        self.http.close()
        assert not deaf, f"{deaf} did not stop:\n{self.said()[-4000:]}"
        deadline = time.monotonic() + 60
        while left := processes(self.mark):
            if time.monotonic() > deadline:
                for each in left:
                    each.kill()
                raise AssertionError(f"{left} are left:\n{self.said()[-4000:]}")
            time.sleep(0.02)


@contextmanager
def running_stack(
    backend: Any, folder: Path, *, workers: int = 1, is_fine: Callable[[], bool] = lambda: True, **settings: str
) -> Iterator[Stack]:
    """Checked for what is left in the end, unless the test failed: by what it raised, or by what `is_fine` says."""
    stack = Stack(backend, folder, **settings)
    try:
        stack.begin_server()
        for _ in range(workers):
            stack.begin_worker()
        stack.until_up()
        stack.until_workers(workers)
        yield stack
        if is_fine():
            stack.check_nothing_is_left()
    finally:
        stack.stop()


@pytest.fixture
def stack(request: pytest.FixtureRequest, backend: Any, tmp_path: Path) -> Iterator[Stack]:
    """An API server and one worker of four slots; with the settings `STACK` of the test's module, if it has some."""
    settings = getattr(request.module, "STACK", {})
    failed = request.session.testsfailed
    with running_stack(backend, tmp_path, is_fine=lambda: request.session.testsfailed == failed, **settings) as running:
        yield running
