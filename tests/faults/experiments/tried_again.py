"""What is tried again, and what says nothing for too long."""

import hashlib
import os
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
