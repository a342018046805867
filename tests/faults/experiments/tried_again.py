"""What is tried again, and what says nothing for too long."""

import hashlib
import os
import signal
import time

import msgspec
import psutil

from athanor import Run, experiment


class Numbered(msgspec.Struct, kw_only=True):
    lines: int = 100
    pause_s: float = 0.0


class Killing(msgspec.Struct, kw_only=True):
    folder: str
    """Where a file named by the attempt says that all it logged until now is stored."""


@experiment(retries=2, retry_on=("lost", "interrupted"))
def resumed(run: Run[Numbered]) -> None:
    """Writes numbered lines; a new attempt goes on behind the newest checkpoint."""
    for number in range(run.restored or 0, run.config.lines):
        run.raise_if_cancelled()
        run.info(f"line {number}")
        run.checkpoint(number + 1)
        time.sleep(run.config.pause_s)


@experiment(retries=2)
def repeated(run: Run[Numbered]) -> None:
    """Writes numbered lines; a new attempt begins again."""
    for number in range(run.config.lines):
        run.raise_if_cancelled()
        run.info(f"line {number}")
        time.sleep(run.config.pause_s)


@experiment(retries=3)
def kills_its_worker(run: Run[Killing]) -> None:
    """Each of its first attempts kills the worker the moment its last checkpoint has returned."""
    place = run.restored["place"] if run.restored else 0
    if run.restored:
        body = run.restored["body"]
        whole = hashlib.sha256(body.encode()).hexdigest() == run.restored["hash"]
        run.result("restored", {"attempt": run.attempt, "place": place, "whole": whole})
    for number in range(place + 1, place + 6):
        run.info(f"line {number}")
        while run.attempt < 3 and number == place + 5 and not os.path.exists(f"{run.config.folder}/{run.attempt}"):
            time.sleep(0.01)
        body = f"{number}" * 200_000
        run.checkpoint({"place": number, "hash": hashlib.sha256(body.encode()).hexdigest(), "body": body})
    if run.attempt < 3:
        worker = psutil.Process(os.getppid()).parent()
        assert worker is not None
        worker.kill()
        time.sleep(600)


@experiment(retries=2, retry_on=("error",), backoff="200ms")
def never_right(run: Run[Numbered]) -> None:
    """Raises in every attempt."""
    run.info(f"attempt {run.attempt}")
    raise ValueError(f"wrong for the {run.attempt}. time")


@experiment(retries=2, retry_on=("error",), backoff="10m")
def right_much_later(run: Run[Numbered]) -> None:
    """Raises, and would be tried again after a long pause."""
    run.info("line 0")
    raise ValueError("not yet")


@experiment(stalled="2s")
def falls_silent(run: Run[Numbered]) -> None:
    """Says something, then nothing any more; hears the request to stop."""
    run.info("line 0")
    while not run.cancelled:
        time.sleep(0.01)


@experiment(stalled="300ms", retries=1, retry_on=("stalled",))
def falls_silent_and_deaf(run: Run[Numbered]) -> None:
    """Hears nothing either."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="5s")
def murmurs(run: Run[Numbered]) -> None:
    """Gives every kind of sign of life, each late, but not too late."""
    run.info("line 0")
    for sign in (
        lambda: run.metric("m", 1.0),
        lambda: run.result("r", 1),
        lambda: run.progress(1),
        lambda: run.checkpoint(1),
        lambda: print("line 1"),
    ):
        time.sleep(3)
        sign()


@experiment(stalled="1s", timeout="3s")
def silent_and_slow(run: Run[Numbered]) -> None:
    """Stalls before its time is over, and takes that long to end."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="3s", timeout="1s")
def slow_and_silent(run: Run[Numbered]) -> None:
    """Its time is over before it stalls."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(600)


@experiment(stalled="3s", timeout="4s")
def over_in_time(run: Run[Numbered]) -> None:
    """Returns in time; its process needs longer to end, and that is not measured."""
    import atexit

    atexit.register(time.sleep, 4.5)
