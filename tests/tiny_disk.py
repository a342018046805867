"""A PostgreSQL with a disk of a few megabytes for one database: a tmpfs in a mount namespace of the server's own.

Needs no root. `missing()` says what this machine lacks.
"""

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg

from athanor.db.migrate import upgrade
from athanor.embedded.folders import make_private
from athanor.embedded.postgres import Postgres
from servers import Server

SIZE = "32m"
_FILL = "INSERT INTO filler SELECT repeat('x', 2000) FROM generate_series(1, {rows})"


def _unshare() -> list[str]:
    own_user = [] if os.geteuid() == 0 else ["--user", "--map-current-user", "--keep-caps"]
    return [shutil.which("unshare") or "unshare", *own_user, "--mount"]


def missing() -> str | None:
    """Why there can be no such disk here; None: there can."""
    if not sys.platform.startswith("linux"):
        return "mount namespaces are Linux's"
    if not (shutil.which("unshare") and shutil.which("setpriv")):
        return "there is no unshare or setpriv (util-linux)"
    with tempfile.TemporaryDirectory() as folder:
        mount = [*_unshare(), "mount", "-t", "tmpfs", "tmpfs", folder]
        tried = subprocess.run(mount, capture_output=True, text=True, check=False)
    return None if tried.returncode == 0 else f"no mount namespaces: {tried.stderr.strip()}"


class _OnTinyDisk(Postgres):
    """Sees the tiny disk at `place`; nobody else does."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.owner = self.user
        self.place = make_private(self.folder.parent / "tiny", self.owner)

    def prepare(self) -> None:
        self.user = self.owner
        super().prepare()
        self.user = None  # mounting comes first; then the command changes the user itself

    @property
    def command(self) -> list[str]:
        uid, gid = (os.getuid(), os.getgid()) if self.owner is None else (self.owner.uid, self.owner.gid)
        options = f"size={SIZE},mode=0700,uid={uid},gid={gid}"
        drop = ["setpriv", "--pdeathsig", "KILL"]
        if self.owner is not None:
            drop += ["--reuid", str(uid), "--regid", str(gid), "--clear-groups"]
        script = f'mount -t tmpfs -o {options} tmpfs "$0" && exec "$@"'
        return [*_unshare(), "sh", "-c", script, str(self.place), *drop, *super().command]


class TinyDisk:
    """As a test's `backend`: a migrated database on the tiny disk, and a Redis."""

    def __init__(self, server: Server, redis_url: str) -> None:
        driver = server.driver
        assert isinstance(driver, _OnTinyDisk)
        self._home = driver.database_url
        self.database_url = driver.database_url.replace("/athanor?", "/tiny?")
        self.redis_url = redis_url
        self.environment = {"ATHANOR_DATABASE_URL": self.database_url, "ATHANOR_REDIS_URL": redis_url}
        self._execute(self._home, f"CREATE TABLESPACE tiny LOCATION '{driver.place}'")
        self._execute(self._home, "CREATE DATABASE tiny TABLESPACE tiny")
        upgrade(self.database_url)
        self._execute(self.database_url, "CREATE TABLE filler (text text)")

    def fill(self) -> None:
        """Until not one page more fits."""
        for rows in (1000, 100, 4):
            try:
                while True:
                    self._execute(self.database_url, _FILL.format(rows=rows))
            except asyncpg.DiskFullError:
                continue

    def empty(self) -> None:
        self._execute(self.database_url, "DROP TABLE filler")

    @staticmethod
    def _execute(url: str, statement: str) -> None:
        async def run() -> None:
            connection: Any = await asyncpg.connect(url.replace("+asyncpg", ""))
            try:
                await connection.execute(statement)
            finally:
                await connection.close()

        asyncio.run(run())


@contextmanager
def tiny_disk(redis_url: str) -> Iterator[TinyDisk]:
    with tempfile.TemporaryDirectory(prefix="athanor-test-") as folder:
        data_dir = make_private(Path(folder, "data"))
        driver = _OnTinyDisk(data_dir)
        server = Server(driver, data_dir / "postgres.log")
        try:
            server.start()
            yield TinyDisk(server, redis_url)
        finally:
            server.kill()
            if os.geteuid() == 0:
                shutil.rmtree(driver.folder.parent)
            else:
                shutil.rmtree(driver.sockets, ignore_errors=True)
