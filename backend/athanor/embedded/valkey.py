"""The bundled Valkey: the command that runs it, and when it is ready."""

import signal
import socket
import time
from pathlib import Path
from urllib.parse import quote

from athanor.embedded.binaries import valkey_server
from athanor.embedded.folders import make_private, socket_folder
from athanor.embedded.processes import User

_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    # Doorbells and control messages outlive a restart; at most the last second is lost, and PostgreSQL knows better.
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    # A queue must refuse rather than forget.
    "maxmemory-policy": "noeviction",
    "loglevel": "warning",
}


class Valkey:
    """One server below one data folder; `prepare`, then run `command` in `folder`."""

    name = "valkey"
    stop_signal = signal.SIGTERM
    user: User | None = None

    def __init__(self, data_dir: Path) -> None:
        """Decides where things are; starts nothing."""
        self.folder = data_dir / "valkey"
        self.socket = socket_folder(data_dir) / "valkey"

    @property
    def redis_url(self) -> str:
        """For redis-py and arq."""
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        """Makes the folder; call it before each start."""
        make_private(self.folder)

    def repair(self, last_words: str) -> str | None:
        """After a start that failed: puts a file aside that cannot be read, and says so; None when that was not why.

        A torn end, as a power cut leaves it, is no such case: Valkey cuts it off. Starting without the rest is right
        here, because whatever Redis forgets is still in PostgreSQL.
        """
        files = self.folder / "appendonlydir"
        if "reading the append only file" not in last_words or not files.exists():
            return None
        aside = files.with_name(f"{files.name}.unreadable-{time.strftime('%Y%m%d-%H%M%S')}")
        files.rename(aside)
        return f"its file cannot be read; put aside as {aside}, nothing of a run is lost"

    @property
    def command(self) -> list[str]:
        """Runs the server in the foreground; to be started in `folder`."""
        settings = [item for name, value in _SETTINGS.items() for item in (f"--{name}", value)]
        return [str(valkey_server()), "--unixsocket", str(self.socket), *settings]

    def is_ready(self, pid: int) -> bool:
        """Whether a server answers on the socket, its data loaded."""
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(1.0)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False
