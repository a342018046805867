"""How long a death stays unnoticed: from the fault to the run's `lost`, and to the end of the run's last process."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from msgspec import Struct

from stack import Stack, eventually, running_stack
from worker_hosts import missing, worker_hosts

LEASE_S = 8.0
DEFAULT_LEASE_S = 120.0
TIMES = 5


class Detection(Struct, kw_only=True):
    """Seconds, one of each trial. `why_not`: what this machine lacks for it."""

    fault: str
    lease_s: float = LEASE_S
    lost: list[float] = []
    ended: list[float] = []
    why_not: str | None = None


def measure(backend: Any, folder: Path) -> list[Detection]:
    """On leases of LEASE_S, and once on the one of production."""
    found = [
        _measure("worker killed", backend, folder, _killed),
        _measure("worker killed", backend, folder, _killed, lease_s=DEFAULT_LEASE_S, times=1),
        _measure("worker killed, another one starts on its host at once", backend, folder, _killed_and_replaced),
        _measure("worker frozen", backend, folder, _frozen),
    ]
    lacking = missing()
    cut = "worker's host cut off from the network"
    found.append(Detection(fault=cut, why_not=lacking) if lacking else _cut_off(cut, backend, folder))
    return found


def _measure(
    fault: str,
    backend: Any,
    folder: Path,
    inject: Callable[[Stack, int], Any],
    *,
    lease_s: float = LEASE_S,
    times: int = TIMES,
) -> Detection:
    detection = Detection(fault=fault, lease_s=lease_s)
    for number in range(times):
        place = _fresh(folder, f"{fault} {lease_s:.0f} s", number)
        with running_stack(backend, place, ATHANOR_LEASE=f"{lease_s}s") as stack:
            with _one_run(stack, stack.workers[0].pid) as watch:
                begun = time.monotonic()
                heal = inject(stack, stack.workers[0].pid)
                watch(detection, begun)
            if heal is not None:
                heal()
    return detection


def _cut_off(fault: str, backend: Any, folder: Path) -> Detection:
    detection = Detection(fault=fault)
    for number in range(TIMES):
        with (
            worker_hosts(backend, 1) as hosts,
            running_stack(backend, _fresh(folder, fault, number), workers=0, ATHANOR_LEASE=f"{LEASE_S}s") as stack,
        ):
            (host,) = hosts.hosts
            worker = stack.start_worker(within=host.inside.enter, **hosts.settings(host))
            with _one_run(stack, worker.pid) as watch:
                begun = time.monotonic()
                host.pull()
                watch(detection, begun)
            host.plug()
    return detection


def _fresh(folder: Path, fault: str, number: int) -> Path:
    made = folder / f"{fault} {number}"
    made.mkdir()
    return made


@contextmanager
def _one_run(stack: Stack, worker_pid: int) -> Iterator[Callable[[Detection, float], None]]:
    """A run under way; what is given, called right after the fault with the time before it, waits for its end and
    notes both times."""
    run_id = stack.start("numbered", lines=10_000_000, pause_s=0.01)
    stack.until_lines(run_id, 20)
    family = psutil.Process(worker_pid).children(recursive=True)
    assert family

    def watch(detection: Detection, begun: float) -> None:
        ended_at: list[float] = []
        lost_at: list[float] = []

        def look() -> bool:
            if not ended_at and not any(map(_runs, family)):
                ended_at.append(time.monotonic() - begun)
            if not lost_at and stack.run(run_id)["status"] == "failed":
                lost_at.append(time.monotonic() - begun)
            return bool(ended_at and lost_at)

        eventually(look, seconds=detection.lease_s * 4, what=f"the end of {detection.fault}")
        assert stack.run(run_id)["reason"] == "lost"
        stack.check_ledger(run_id)
        detection.lost.append(lost_at[0])
        detection.ended.append(ended_at[0])

    yield watch


def _runs(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _killed(stack: Stack, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)


def _killed_and_replaced(stack: Stack, pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
    stack.workers[0].wait()
    stack.begin_worker()


def _frozen(stack: Stack, pid: int) -> Callable[[], None]:
    os.kill(pid, signal.SIGSTOP)
    return lambda: os.kill(pid, signal.SIGCONT)
