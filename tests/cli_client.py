"""A real API server and a real worker as processes, and the command line against them."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from msgspec import Struct

from athanor.db.migrate import upgrade
from servers import Servers

EXPERIMENTS = Path(__file__).parent / "cli" / "client_experiments"
TOKEN = "a-token-of-enough-characters"


class Said(Struct):
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class Stack:
    """Everything on one free port; the server can be killed and started again."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        url = servers.fresh_database()
        upgrade(url)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")},
            "ATHANOR_DATABASE_URL": url,
            "ATHANOR_REDIS_URL": servers.redis_url,
            "ATHANOR_PORT": str(self.port),
            "ATHANOR_TOKEN": TOKEN,
            "ATHANOR_EXPERIMENTS": str(EXPERIMENTS),
            "ATHANOR_DATA_DIR": str(folder / "data"),
            "ATHANOR_SLOTS": "4",
            "ATHANOR_CANCEL_GRACE": "30s",
            "ATHANOR_DRAIN": "1s",
            "COLUMNS": "200",
        }
        self.api = httpx.Client(
            base_url=f"http://127.0.0.1:{self.port}/api",
            headers={"Authorization": f"Bearer {TOKEN}"},
            trust_env=False,
            timeout=30,
        )
        self.server: subprocess.Popen[bytes] | None = None
        self.worker: subprocess.Popen[bytes] | None = None

    def start_server(self) -> None:
        self.server = self._start("server")
        self._wait(lambda: self.api.get("/health").status_code == 200, self.server)

    def start_worker(self) -> None:
        self.worker = self._start("worker")
        self._wait(lambda: any(item["experiments"] for item in self.api.get("/workers").json()["items"]), self.worker)

    def kill_server(self) -> None:
        assert self.server is not None
        self.server.kill()
        self.server.wait(30)

    def stop(self) -> None:
        for part in (self.worker, self.server):
            if part is not None and part.poll() is None:
                part.send_signal(signal.SIGTERM)
                try:
                    part.wait(30)
                except subprocess.TimeoutExpired:  # how they end in order is tested elsewhere
                    part.kill()
                    part.wait(30)
        self.api.close()

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "athanor.cli", *arguments]

    def say(self, *arguments: str, **environment: str) -> Said:
        """Runs a command to its end, its output going nowhere that people look."""
        done = subprocess.run(
            self.command(*arguments),
            env={**self.environment, **environment},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Starts a command; the caller reads its output, line by line and then by `communicate`, which knows nothing of
        what a buffered reader has taken."""
        return subprocess.Popen(
            self.command(*arguments),
            env={**self.environment, "PYTHONUNBUFFERED": "1"},
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
        )

    def _start(self, part: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{part}.log").open("ab") as log:
            return subprocess.Popen(
                self.command(part), env=self.environment, cwd=self.folder, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def _wait(self, ready: Callable[[], bool], part: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + 60
        while True:
            try:
                if ready():
                    return
            except httpx.HTTPError:
                pass
            logs = "".join(log.read_text(errors="replace")[-3000:] for log in self.folder.glob("*.log"))
            assert part.poll() is None, logs
            assert time.monotonic() < deadline, logs
            time.sleep(0.05)


@contextmanager
def stack(servers: Servers, folder: Path) -> Iterator[Stack]:
    """Server and worker, up and known to each other; ended in order."""
    made = Stack(servers, folder)
    try:
        made.start_server()
        made.start_worker()
        yield made
    finally:
        made.stop()
