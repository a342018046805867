"""`athanor up` from nothing to the first answer, and what the whole stack needs at rest."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from athanor.embedded.folders import socket_folder
from bench.figures import Figure, number, percentile
from bench.machine import family, memory_mib
from stack import eventually, free_port

GOAL_S = 6.0
GOAL_MIB = 300.0
RESTARTS = 3
SETTLE_S = 8.0


def measure() -> list[Figure]:
    """Needs no site: it brings up its own."""
    with tempfile.TemporaryDirectory(prefix="athanor-bench-") as folder:
        data_dir = Path(folder, "data")
        try:
            with _up(data_dir) as (fresh, pid):
                memory = _at_rest(pid)
                processes = len(family(pid))
            existing = []
            for _ in range(RESTARTS):
                with _up(data_dir) as (seconds, _):
                    existing.append(seconds)
        finally:
            _remove_outside(data_dir)
    limit = "imports of the API server and of the worker, one after the migration, on two cores"
    return [
        Figure(
            what="`athanor up` to the first 200, fresh data folder",
            value=fresh,
            unit="s",
            goal=GOAL_S,
            limit=f"{limit}; initdb and its fsync",
        ),
        Figure(
            what="`athanor up` to the first 200, existing data folder (p50)",
            value=percentile(existing, 0.5),
            unit="s",
            goal=GOAL_S,
            note=f"{RESTARTS} starts, {number(min(existing))} to {number(max(existing))} s",
            limit=limit,
        ),
        Figure(
            what="Memory at rest, all processes together (PSS)",
            value=memory,
            unit="MiB",
            goal=GOAL_MIB,
            note=f"{processes} processes: supervisor, PostgreSQL, Valkey, API server, worker",
            limit="three Python processes and their imports",
        ),
    ]


@contextmanager
def _up(data_dir: Path) -> Iterator[tuple[float, int]]:
    """Seconds to the first 200, and the supervisor's process id."""
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")}
    environment |= {
        "ATHANOR_DATA_DIR": str(data_dir),
        "ATHANOR_PORT": str(port),
        "ATHANOR_EXPERIMENTS": str(Path(__file__).parent / "experiments"),
    }
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "athanor.cli", "up"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=5) as http:

            def answers() -> bool:
                assert process.poll() is None, "`athanor up` ended"
                with suppress(httpx.HTTPError):
                    return http.get("/api/health").status_code == 200
                return False

            eventually(answers, seconds=60, what="`athanor up`")
        yield time.perf_counter() - started, process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _at_rest(pid: int) -> float:
    """The least of some looks, after the start-up's own work is over."""
    time.sleep(SETTLE_S)
    looks = []
    for _ in range(3):
        looks.append(memory_mib(family(pid)))
        time.sleep(1)
    return min(looks)


def _remove_outside(data_dir: Path) -> None:
    shutil.rmtree(socket_folder(data_dir), ignore_errors=True)
    with suppress(FileNotFoundError):
        shutil.rmtree(Path("/var/lib/athanor", (data_dir / "id").read_text().strip()))
