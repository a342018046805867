"""What the fault tests run."""

import os
import signal
import subprocess
import sys
import time

import msgspec

from athanor import Run, experiment


class Numbered(msgspec.Struct, kw_only=True):
    lines: int = 100
    pause_s: float = 0.0
    tail_s: float = 0.0
    until: str | None = None
    """A file: once it is there, no line more is written, and how many were becomes a result."""


@experiment
def numbered(run: Run[Numbered]) -> None:
    """Writes numbered lines, results and metrics; stops where it is when cancelled."""
    for number in run.track(range(run.config.lines)):
        run.info(f"line {number}")
        if number % 100 == 0:
            run.result("number", number)
            run.metric("number", number, step=number)
        if run.config.pause_s:
            time.sleep(run.config.pause_s)
        if run.config.until is not None and os.path.exists(run.config.until):
            run.result("written", number + 1)
            break
    end = time.monotonic() + run.config.tail_s
    while time.monotonic() < end:
        run.raise_if_cancelled()
        time.sleep(0.005)


@experiment
def stubborn(run: Run[Numbered]) -> None:
    """Hears neither a cancel request nor SIGTERM."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    run.info("deaf")
    number = 0
    while True:
        run.info(f"line {number}")
        number += 1
        time.sleep(0.05)


@experiment
def family(run: Run[Numbered]) -> None:
    """Starts descendants: one in the group, one in a session of its own; says their ids, then waits."""
    nap = [sys.executable, "-c", "import time; time.sleep(600)"]
    for session in (False, True):
        process = subprocess.Popen(nap, start_new_session=session)
        run.info(f"pid {process.pid}")
    run.info(f"pid {os.getpid()}")
    run.info("ready")
    time.sleep(600)


@experiment
def fails(run: Run[Numbered]) -> None:
    """Raises."""
    run.info("before")
    raise ValueError("on purpose")


@experiment
def reports(run: Run[Numbered]) -> None:
    """Says itself that it failed."""
    run.fail("not good enough")


@experiment
def leaves(run: Run[Numbered]) -> None:
    """Exits with a code."""
    run.info("leaving")
    sys.exit(3)


@experiment(timeout="500ms")
def slow(run: Run[Numbered]) -> None:
    """Takes longer than its timeout, and hears the request to stop."""
    while True:
        run.raise_if_cancelled()
        time.sleep(0.01)


@experiment(timeout="500ms")
def slow_and_deaf(run: Run[Numbered]) -> None:
    """Takes longer than its timeout, and hears nothing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment
def floods(run: Run[Numbered]) -> None:
    """Four sources at once, each as fast as it can: the SDK, print, a file descriptor as C writes it, a subprocess."""
    lines = run.config.lines
    # One write per line: `print` takes two where PYTHONUNBUFFERED is set, and others write into the same pipe.
    code = f"import os\nfor number in range({lines}): os.write(1, b'from a subprocess %d\\n' % number)"
    child = subprocess.Popen([sys.executable, "-c", code])
    for number in range(lines):
        run.info(f"line {number}")
        print(f"printed {number}")
        os.write(1, f"written by C {number}\n".encode())
    child.wait()


@experiment
def log_wide(run: Run[Numbered]) -> None:
    """Lines of 64 KiB that grow sixfold as JSON."""
    for _ in range(run.config.lines):
        run.info("\x01" * 60_000)
