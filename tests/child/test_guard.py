"""The guard process: what happens to a run when its worker dies, freezes, or is slow."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from athanor.child import guard
from athanor.wire.reports import Result
from athanor.worker.guarded import GuardedProcess
from athanor.worker.process import RunProcess
from run_driver import alive, execute, until

SCRIPT = Path(__file__).with_name("fake_worker.py")


@contextmanager
def fake_worker(experiment: str, lease_s: float) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """The worker and the pids of its run: child, guard, a helper in a session of its own."""
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parent.parent)}
    command = [sys.executable, str(SCRIPT), experiment, str(lease_s)]
    worker = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    assert worker.stdout is not None
    pids: list[int] = []
    try:
        pids += json.loads(worker.stdout.readline())
        assert all(alive(pid) for pid in pids)
        yield worker, pids
    finally:
        worker.kill()
        worker.wait()
        worker.stdout.close()
        gone(pids)


def gone(pids: list[int], limit_s: float = 20.0) -> None:
    deadline = time.monotonic() + limit_s
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"still alive: {left}"
        time.sleep(0.02)


def test_a_killed_worker_takes_guard_child_and_descendants_along() -> None:
    with fake_worker("wait_for_orders", 60) as (worker, pids):
        worker.kill()
        gone(pids)


def test_a_frozen_worker_loses_its_run_after_three_quarters_of_the_lease() -> None:
    with fake_worker("wait_for_orders", 3.0) as (worker, pids):
        child, _, helper = pids
        os.kill(worker.pid, signal.SIGSTOP)
        frozen = time.monotonic()
        gone([child, helper], 10.0)
        assert 1.5 < time.monotonic() - frozen < 3.0
        os.kill(worker.pid, signal.SIGCONT)
        assert worker.stdout is not None
        assert f"signal={int(signal.SIGKILL)}" in worker.stdout.readline()
        assert worker.wait(5) == 0


def test_petting_keeps_a_run_alive_past_its_lease() -> None:
    with fake_worker("wait_for_orders", 4.0) as (_, pids):
        time.sleep(5.0)
        assert all(alive(pid) for pid in pids)


def test_sigterm_to_the_guard_ends_everything() -> None:
    with fake_worker("wait_for_orders", 60) as (worker, pids):
        os.kill(pids[1], signal.SIGTERM)
        assert worker.wait(30) == 0
        gone(pids)


def test_the_guard_is_deaf_to_what_a_terminal_sends() -> None:
    with fake_worker("wait_for_orders", 60) as (_, pids):
        for number in (signal.SIGINT, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
            os.kill(pids[1], number)
        time.sleep(0.2)
        assert all(alive(pid) for pid in pids)


def test_terminate_reaches_the_child_and_leftovers_follow() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: any(isinstance(report, Result) for report in reports))
        process.terminate()

    outcome = execute("endings", "wait_for_orders", steer)
    assert outcome.ending == (None, signal.SIGTERM, None)
    gone(outcome.result("pids"))


def test_an_order_at_the_very_start_is_obeyed() -> None:
    async def steer(process: RunProcess, _: list[Any]) -> None:
        process.kill()

    outcome = execute("endings", "wait_for_orders", steer)
    assert outcome.ending == (None, signal.SIGKILL, None)


def test_a_guard_started_by_nobody_does_nothing() -> None:
    # Its worker died between fork and the guard's first statement: the parent is another process by now.
    reader, writer = os.pipe()
    command = [sys.executable, "-I", "-S", guard.__file__, "1", *[str(writer)] * 4, "60", "", "/bin/echo", "started"]
    done = subprocess.run(command, pass_fds=(writer,), capture_output=True, timeout=60)
    os.close(reader)
    os.close(writer)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_a_process_is_told_from_a_later_one_of_the_same_pid() -> None:
    sleeper = subprocess.Popen(["sleep", "60"])
    entry = guard.linux_process(sleeper.pid)
    assert entry is not None
    parent, started, _ = entry
    assert parent == os.getpid()
    keeper = guard.Guard.__new__(guard.Guard)
    keeper.untouchable = set()
    keeper.send(sleeper.pid, started + "1", signal.SIGKILL)
    assert alive(sleeper.pid)
    keeper.send(sleeper.pid, started, signal.SIGKILL)
    assert sleeper.wait(30) == -signal.SIGKILL


def test_a_command_that_cannot_start_says_so() -> None:
    async def main() -> tuple[int | None, bytes]:
        said = bytearray()
        process = await GuardedProcess.start(
            lambda _: ["/nowhere/python"],
            silence_s=60,
            environment=os.environ,
            on_bytes=lambda _, data: said.extend(data),
        )
        return (await process.wait()).code, bytes(said)

    code, said = asyncio.run(main())
    assert code == guard.CANNOT_START
    assert said.startswith(b"cannot start /nowhere/python: ")
