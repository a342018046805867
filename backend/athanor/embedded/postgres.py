"""The bundled PostgreSQL: where its cluster lives, the command that runs it, and when it is ready."""

import os
import signal
import time
from pathlib import Path
from urllib.parse import quote

import psutil

from athanor.embedded.binaries import postgres_folder
from athanor.embedded.cluster import make_cluster
from athanor.embedded.errors import StartError
from athanor.embedded.folders import make_private, root_home, socket_folder
from athanor.embedded.processes import User, executable_of, started_at

PORT = 5432  # names the socket, nothing more: no network port is opened

_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    # At rest the whole stack shall stay small; pages beyond this come from the operating system's cache.
    "shared_buffers": "64MB",
    "work_mem": "8MB",
    # Three I/O worker processes and the replication launcher are memory for nothing here.
    "io_method": "sync",
    "max_logical_replication_workers": "0",
    # No replica reads the write-ahead log: leaving replication out of it makes COPY write less.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    # COPY of millions of log lines: checkpoints by time rather than by volume, or each page is logged whole again.
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "log_checkpoints": "off",
    # Queries are many and short: compiling one takes longer than running it.
    "jit": "off",
    "random_page_cost": "1.1",  # a solid-state disk, or the cache
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "",  # the supervisor says when and who
}


class Postgres:
    """One cluster below one data folder; `prepare`, then run `command` in `folder` as `user`."""

    name = "postgres"
    stop_signal = signal.SIGINT  # "fast": ends the sessions, writes a checkpoint

    def __init__(self, data_dir: Path) -> None:
        """Decides where things are and makes the folders; starts nothing."""
        self.user: User | None = None
        self.folder = data_dir / "postgres"
        if os.geteuid() == 0:
            self.sockets = self._place_as_root(data_dir)
        elif (data_dir / "id").exists() and not self.folder.exists():
            raise StartError(
                f"The data folder {data_dir} was first used by root, and its database is with root's. "
                "Run Athanor as root, or set ATHANOR_DATA_DIR to another folder."
            )
        else:
            self.sockets = socket_folder(data_dir)
        self._programs = postgres_folder(self.user)

    def _place_as_root(self, data_dir: Path) -> Path:
        if self.folder.exists():  # made by a normal user: run as that one, where it is
            found = self.folder.stat()
            self.user = User(found.st_uid, found.st_gid)
            home = root_home(data_dir)[0]
        else:
            home, self.user = root_home(data_dir)
            self.folder = home / "postgres"
        return make_private(home / "sockets", self.user)

    @property
    def database_url(self) -> str:
        """For SQLAlchemy with asyncpg; the database is named `athanor`."""
        return f"postgresql+asyncpg://postgres@/athanor?host={quote(str(self.sockets), safe='')}&port={PORT}"

    def prepare(self) -> None:
        """Makes the cluster when there is none, and clears what a crash left; call it before each start.

        Raises:
            StartError: the cluster cannot be made or used.
        """
        make_cluster(self.folder, self._programs, self.user)
        self._clear_locks()

    @property
    def command(self) -> list[str]:
        """Runs the server in the foreground; to be started in `folder` as `user`."""
        settings = [item for name, value in _SETTINGS.items() for item in ("-c", f"{name}={value}")]
        place = ["-D", str(self.folder), "-k", str(self.sockets), "-p", str(PORT)]
        return [str(self._programs / "postgres"), *place, *settings]

    def is_ready(self, pid: int) -> bool:
        """Whether the server with this process id takes connections."""
        lines = self._lock_file()
        return len(lines) >= 8 and lines[0] == str(pid) and lines[7] == "ready"

    def _lock_file(self) -> list[str]:
        try:
            return [line.strip() for line in (self.folder / "postmaster.pid").read_text().splitlines()]
        except OSError:
            return []

    def _clear_locks(self) -> None:
        """Removes the lock files of a server that is gone, although their process id may be somebody else's by now.

        PostgreSQL refuses to start when any process has that id. Without its lock file it would not see a crashed
        server's last backends either, so first nobody may be at work in the cluster.
        """
        if not (self.folder / "postmaster.pid").exists():
            return
        deadline = time.monotonic() + 5.0
        while workers := self._at_work():
            if time.monotonic() > deadline or self.is_ready(workers[0]):
                shown = " ".join(map(str, workers))
                raise StartError(
                    f"A PostgreSQL that this Athanor did not start is at work in {self.folder} (processes {shown}). "
                    f"End it (kill -INT {workers[0]}) and start again."
                )
            time.sleep(0.05)
        for path in (self.folder / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            path.unlink(missing_ok=True)

    def _at_work(self) -> list[int]:
        """The live processes of any PostgreSQL server on this cluster; a server's working folder is its cluster."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.name() == "postgres" and process.cwd() == str(self.folder.resolve()):
                    found.append(process.pid)
            except psutil.Error:
                continue  # gone, or another user's: that one cannot have entered the cluster's folder
        return sorted(pid for pid in found if started_at(pid) and executable_of(pid))
