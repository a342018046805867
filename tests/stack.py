"""The product as a test runs it: an API server and workers as processes, on a database of their own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest

from athanor.db.base import new_id, to_json
from athanor.db.session import Database
from athanor.domain.instances.models import Instance

T = TypeVar("T")

EXPERIMENTS = Path(__file__).parent / "faults" / "experiments"
TERMINAL = ("completed", "failed", "cancelled")


def eventually(look: Callable[[], T], *, seconds: float = 20.0, what: str = "") -> T:
    """The first true answer of `look`; fails with the last one after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what or look} is still {answer!r} after {seconds} s"
        time.sleep(0.02)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Stack:
    """One API server and any number of workers; short leases and grace periods."""

    def __init__(self, backend: Any, folder: Path, **settings: str) -> None:
        self.backend = backend
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.stream_url = f"ws://127.0.0.1:{self.port}/api/stream"
        self.log = folder / "stack.log"
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
            "ATHANOR_LEASE": "3s",
            "ATHANOR_CANCEL_GRACE": "1s",
            "ATHANOR_DRAIN": "1s",
            **settings,
        }
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)

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
        self.server = self._start("server")
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
        before = self.said().count(" ready: ")
        process = self.begin_worker(within, **settings)
        eventually(lambda: self.said().count(" ready: ") > before, what="the worker")
        return process

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

    def run(self, run_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def cancel(self, run_id: str, *, force: bool = False) -> dict[str, Any]:
        answer = self.http.post(f"/api/runs/{run_id}/cancel", json={"force": force})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def until(self, run_id: str, *states: str, seconds: float = 30.0) -> dict[str, Any]:
        """The run, once it is in one of these states (any terminal one if none is named)."""
        wanted = states or TERMINAL

        def look() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["status"] in wanted else None

        try:
            return eventually(look, seconds=seconds, what=f"run {run_id}")  # type: ignore[return-value]
        except AssertionError as late:
            raise AssertionError(f"{late}\n{self.run(run_id)}\n{self.said()[-4000:]}") from None

    def until_lines(self, run_id: str, count: int, *, seconds: float = 20.0) -> None:
        """Until so many log lines are committed."""

        def look() -> bool:
            return sum(self.run(run_id)["counts"]["logs"].values()) >= count

        eventually(look, seconds=seconds, what=f"{count} lines")

    def lines(self, run_id: str) -> list[dict[str, Any]]:
        """Every committed log line, read page by page."""
        lines: list[dict[str, Any]] = []
        while True:
            after = lines[-1]["offset"] if lines else -1
            page = self.http.get(f"/api/runs/{run_id}/logs", params={"after": after, "limit": 1000}).json()["items"]
            if not page:
                return lines
            lines += page

    def check_ledger(self, run_id: str, *followed: Sequence[dict[str, Any]], lines: int | None = None) -> None:
        """Lines in the ledger = lines each follower saw = lines written, in order, none twice; counts exact; one
        ending."""
        run = self.run(run_id)
        stored = self.lines(run_id)
        numbered = [line["message"] for line in stored if line["message"].startswith("line ")]
        assert [line["offset"] for line in stored] == list(range(len(stored)))
        assert numbered == [f"line {number}" for number in range(len(numbered))]
        if lines is not None:
            assert len(numbered) == lines
        assert sum(run["counts"]["logs"].values()) == len(stored)
        for seen in followed:
            assert list(seen) == stored
        assert run["status"] in TERMINAL
        assert run["reason"] is not None
        assert run["completed_at"] is not None

    def stop(self) -> None:
        self.http.close()
        for process in self._processes:
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"a process did not stop:\n{self.said()[-4000:]}") from None


@contextmanager
def running_stack(backend: Any, folder: Path, *, workers: int = 1, **settings: str) -> Iterator[Stack]:
    stack = Stack(backend, folder, **settings)
    try:
        stack.start_server()
        for _ in range(workers):
            stack.start_worker()
        yield stack
    finally:
        stack.stop()


@pytest.fixture
def stack(backend: Any, tmp_path: Path) -> Iterator[Stack]:
    """An API server and one worker of four slots."""
    with running_stack(backend, tmp_path) as running:
        yield running
