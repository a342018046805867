"""`athanor up` as a person starts it: the whole product, with the servers it brings along."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil

from stack import eventually, free_port

ROOT = Path(__file__).parent.parent


class Whole:
    """One `athanor up` on a data folder; may be started again on the same one."""

    def __init__(self, folder: Path, *options: str, experiments: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = httpx.Client(base_url=self.url, timeout=20, trust_env=False)
        self.log = folder / "up.log"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")},
            "ATHANOR_PORT": str(self.port),
            "ATHANOR_URL": self.url,
            "ATHANOR_DATA_DIR": str(folder / "data"),
            "ATHANOR_EXPERIMENTS": experiments,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            **settings,
        }
        self._options = options
        self.process: subprocess.Popen[bytes] | None = None
        self._said_before = 0

    def start(self) -> None:
        """Returns when a worker has looked for experiments and can take runs of them."""
        self._said_before = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "athanor.cli", "up", *self._options],
                env=self.environment,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        eventually(self._is_ready, seconds=120, what="athanor up")

    def _is_ready(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()
        try:
            workers = self.http.get("/api/health").json().get("workers")
        except httpx.HTTPError:
            return False
        return bool(workers) and b" ready: " in self.log.read_bytes()[self._said_before :]

    def family(self) -> list[psutil.Process]:
        """The supervisor and everything below it."""
        assert self.process is not None
        supervisor = psutil.Process(self.process.pid)
        return [supervisor, *supervisor.children(recursive=True)]

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.http.get(path, params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, **body: Any) -> Any:
        answer = self.http.post(path, json=body)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def kill(self) -> None:
        """SIGKILL to the supervisor alone."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        """Ctrl-C; everything must be gone within seconds."""
        self.http.close()
        if self.process is not None and self.process.poll() is None:
            family = self.family()
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(30)
            finally:
                left = psutil.wait_procs(family, 5)[1]
                for process in left:
                    process.kill()
            assert left == [], left
