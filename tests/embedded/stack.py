"""A running `athanor up` of stand-in parts, seen from outside: its output, its processes, its end."""

import contextlib
import os
import pty
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from athanor.embedded.folders import socket_folder

STAND_INS = Path(__file__).with_name("stand_ins.py")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until(condition: Callable[[], object], what: str, seconds: float = 90.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.01)


class Stack:
    """One `athanor up`, started on construction."""

    def __init__(
        self,
        data_dir: Path,
        *arguments: str,
        terminal: bool = False,
        port: int | None = None,
        user: int | None = None,
        **environment: str,
    ) -> None:
        self.data_dir = data_dir
        self.port = port or free_port()
        self.text = ""
        self._terminal_closed = False
        env = {name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")}
        env |= {"ATHANOR_DATA_DIR": str(data_dir), "ATHANOR_PORT": str(self.port), "TERM": "xterm", **environment}
        command = [sys.executable, str(STAND_INS), "up", *arguments]
        if terminal:
            pid, self.terminal = pty.fork()
            if pid == 0:
                os.execve(command[0], command, env)
            self.pid, self._process, output = pid, None, self.terminal
        else:
            self._process = subprocess.Popen(
                command,
                env=env,
                cwd="/",
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
            assert self._process.stdout
            self.pid, output = self._process.pid, self._process.stdout.fileno()
        self._code: int | None = None
        self._reader = threading.Thread(target=self._read, args=(output,), daemon=True)
        self._reader.start()

    def _read(self, output: int) -> None:
        with contextlib.suppress(OSError):  # a pty's way of saying end of file
            while not self._terminal_closed:
                if select.select([output], [], [], 0.05)[0]:
                    data = os.read(output, 65_536)
                    if not data:
                        return
                    self.text += data.decode()

    def close_terminal(self) -> None:
        """As when its window is closed."""
        self._terminal_closed = True
        self._reader.join()
        os.close(self.terminal)

    def says(self, text: str, times: int = 1) -> None:
        until(lambda: self.text.count(text) >= times or self._ended(), f"{text!r} in:\n{self.text}")
        assert self.text.count(text) >= times, f"{text!r} {times} times in:\n{self.text}"

    def ready(self) -> "Stack":
        self.says("Athanor is ready")
        self.says("\N{SYMBOL FOR ESCAPE}[2J")  # the worker's first line: from now on it hears signals
        return self

    def parts(self) -> dict[str, int]:
        """Process ids by part."""
        names = {"postgres": "postgres", "valkey-server": "valkey"}
        found = {}
        for process in psutil.Process(self.pid).children():
            with contextlib.suppress(psutil.Error):
                name = names.get(Path(process.exe()).name) or "".join(process.cmdline()[-1:])
                found[name or "ending"] = process.pid
        return found

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    def _ended(self) -> bool:
        if self._code is None:
            if self._process:
                self._code = self._process.poll()
            else:
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code is not None

    def exit_code(self) -> int:
        until(self._ended, f"the end of `up`:\n{self.text}")
        self._reader.join(timeout=60)
        assert self._code is not None
        return self._code

    def stop(self) -> None:
        """Ctrl-C, and nothing is left."""
        parts = self.parts()
        self.signal(signal.SIGINT)
        assert self.exit_code() == 0, self.text
        assert not any(map(psutil.pid_exists, parts.values())), f"{parts} after:\n{self.text}"
        assert self.order_of_stop() == ["worker", "server", "valkey", "postgres"]

    def order_of_stop(self) -> list[str]:
        return re.findall(r"^\S+ (\w+) +\| stopped", self.text, re.MULTILINE)

    def kill(self) -> dict[str, int]:
        """SIGKILL to the supervisor alone; the ids of what it ran."""
        parts = self.parts()
        self.signal(signal.SIGKILL)
        assert self.exit_code() == -signal.SIGKILL
        return parts


@contextlib.contextmanager
def stack(data_dir: Path, *arguments: str, **options: object) -> Iterator[Stack]:
    """A stack that is gone at the end, with all that it made outside its data folder."""
    running = Stack(data_dir, *arguments, **options)  # type: ignore[arg-type]
    try:
        yield running
    finally:
        if not running._ended():
            running.signal(signal.SIGTERM)
            running.signal(signal.SIGTERM)
            running.exit_code()


def remove_outside(data_dir: Path) -> None:
    """What root's cluster and the sockets occupy outside the data folder."""
    shutil.rmtree(socket_folder(data_dir), ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(Path("/var/lib/athanor", (data_dir / "id").read_text().strip()))
