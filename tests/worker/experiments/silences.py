"""What says nothing for too long."""

import atexit
import signal
import time
from pathlib import Path

import msgspec

from athanor import Run, experiment


class Sign(msgspec.Struct, kw_only=True):
    kind: str
    folder: str


@experiment(stalled="4s")
def falls_silent(run: Run[None]) -> None:
    """Says something, then nothing any more; hears the request to stop."""
    run.info("line 0")
    while not run.cancelled:
        time.sleep(0.01)


@experiment(stalled="300ms", retries=1, retry_on=("stalled",))
def falls_silent_and_deaf(run: Run[None]) -> None:
    """Hears nothing either."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="400ms", timeout="700ms")
def falls_silent_and_stays(run: Run[None]) -> None:
    """Hears the request to stop, says so and goes on."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while not run.cancelled:
        time.sleep(0.01)
    run.info("line 0")
    time.sleep(600)


@experiment(stalled="6s")
def murmurs(run: Run[Sign]) -> None:
    """Gives one sign of life when it is told to, and ends when it is told to."""
    told = Path(run.config.folder, run.config.kind)
    while not told.exists():
        time.sleep(0.01)
    {
        "line": lambda: run.info("line 0"),
        "metric": lambda: run.metric("m", 1.0),
        "result": lambda: run.result("r", 1),
        "progress": lambda: run.progress(1),
        "checkpoint": lambda: run.checkpoint(1),
        "print": lambda: print("line 0"),
    }[run.config.kind]()
    while not told.with_suffix(".end").exists():
        time.sleep(0.01)


@experiment(stalled="400ms", timeout="1500ms")
def silent_and_slow(run: Run[None]) -> None:
    """Stalls before its time is over, and takes that long to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="1500ms", timeout="400ms")
def slow_and_silent(run: Run[None]) -> None:
    """Its time is over before it stalls."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="4s", timeout="5s")
def over_in_time(run: Run[None]) -> None:
    """Returns in time; its process needs longer to end, and that is not measured."""
    atexit.register(time.sleep, 6.0)
