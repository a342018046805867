"""A private PostgreSQL and Valkey for tests: real servers, in a temporary folder, ready in about a second.

    with servers() as urls:
        urls.database_url, urls.redis_url                    # as ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL
        urls.environment                                     # those two, for a subprocess
        urls.postgres.kill(); urls.postgres.start()          # the same for urls.valkey; restart() = stop() + start()

Or as a fixture of the whole session, in a conftest.py: `from servers import session_servers`. Call it from the main
thread: the servers end with the thread that started them. The database is empty; `fresh_database` makes another one.
"""

import asyncio
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import pytest

from athanor.embedded.folders import make_private
from athanor.embedded.postgres import Postgres
from athanor.embedded.processes import leashed
from athanor.embedded.valkey import Valkey


class Server:
    """One of the two servers, as a process to stop, kill and start again."""

    def __init__(self, driver: Postgres | Valkey, log: Path) -> None:
        self.driver = driver
        self.log = log
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None, f"{self.driver.name} was not started"
        return self.process.pid

    def start(self) -> None:
        """Returns when the server answers; its data is that of before."""
        assert self.process is None, f"{self.driver.name} runs already"
        self.driver.prepare()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                leashed(self.driver.command, signal.SIGKILL, self.driver.user),
                cwd=self.driver.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        deadline = time.monotonic() + 30.0
        while not self.driver.is_ready(self.pid):
            failed = self.process.poll() is not None or time.monotonic() > deadline
            assert not failed, f"{self.driver.name} does not start:\n{self.log.read_text(errors='replace')[-4000:]}"
            time.sleep(0.01)

    def stop(self, how: signal.Signals | None = None) -> None:
        """Ends the server in order (PostgreSQL: "fast"; SIGQUIT is "immediate"); nothing happens when it is down."""
        if self.process is not None:
            self.process.send_signal(how or self.driver.stop_signal)
            self.process.wait(timeout=30.0)
            self.process = None

    def kill(self) -> None:
        """SIGKILL; returns when the process is gone."""
        self.stop(signal.SIGKILL)

    def restart(self, how: signal.Signals | None = None) -> None:
        self.stop(how)
        self.start()


class Servers:
    """Both servers on one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = make_private(data_dir)
        postgres, valkey = Postgres(data_dir), Valkey(data_dir)
        self.database_url, self.redis_url = postgres.database_url, valkey.redis_url
        self.postgres = Server(postgres, data_dir / "postgres.log")
        self.valkey = Server(valkey, data_dir / "valkey.log")

    @property
    def environment(self) -> dict[str, str]:
        return {"ATHANOR_DATABASE_URL": self.database_url, "ATHANOR_REDIS_URL": self.redis_url}

    def fresh_database(self) -> str:
        """The URL of a new, empty database on the same server."""
        name = f"test_{secrets.token_hex(6)}"
        self.execute(f'CREATE DATABASE "{name}"')
        return self.database_url.replace("/athanor?", f"/{name}?")

    def drop(self, database_url: str) -> None:
        """Removes a database that `fresh_database` made, with whoever is still connected; hundreds of them are
        gigabytes, and work for autovacuum."""
        name = database_url.partition("?")[0].rpartition("/")[2]
        if self.postgres.process is not None:  # a test that failed may have left it down
            self.execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def checkpoint(self) -> None:
        """What was written until now needs no recovery after a kill: an outage takes no longer than its test means."""
        self.execute("CHECKPOINT")

    def execute(self, statement: str) -> None:
        """Runs one SQL statement in the database `athanor`, outside any transaction."""

        async def run() -> None:
            connection = await asyncpg.connect(self.database_url.replace("+asyncpg", ""))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


@contextmanager
def servers() -> Iterator[Servers]:
    """Both servers, started; ended and removed at the end, also after a failed test."""
    with tempfile.TemporaryDirectory(prefix="athanor-test-") as folder:
        pair = Servers(Path(folder, "data"))
        try:
            pair.valkey.start()
            pair.postgres.start()
            yield pair
        finally:
            for server in (pair.valkey, pair.postgres):
                server.kill()
            shutil.rmtree(pair.valkey.driver.socket.parent, ignore_errors=True)
            home = pair.postgres.driver.folder.parent
            if os.geteuid() == 0 and home != pair.data_dir:
                shutil.rmtree(home)


@pytest.fixture(scope="session")
def session_servers() -> Iterator[Servers]:
    """The pair that every test of the session shares; give each test data of its own, or a `fresh_database`."""
    with servers() as pair:
        yield pair
