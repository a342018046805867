"""Experiments for the tests in the browser."""

import time
from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta, Struct

from athanor import Run, experiment


class Steps(Struct, kw_only=True, forbid_unknown_fields=True):
    steps: Annotated[int, Meta(ge=1, le=1000, title="Steps", description="How many steps to take")] = 3
    pause_s: Annotated[float, Meta(ge=0, le=10, description="Seconds between two steps")] = 0.0
    say: str = "step"


@experiment(title="Walk", tags=("sample",))
def walk(run: Run[Steps]) -> None:
    """Takes a few steps, and says so."""
    for step in run.track(range(run.config.steps), message="walking"):
        run.info(f"{run.config.say} {step}", step=step)
        run.metric("height", step * 0.5, step=step)
        time.sleep(run.config.pause_s)
    run.result("steps", run.config.steps)
    run.result("summary", {"steps": run.config.steps, "said": [run.config.say] * 3})


class Held(Steps, kw_only=True):
    until: str
    """A file: until it is there, nothing goes on."""


def wait_for(file: str) -> None:
    while not Path(file).exists():
        time.sleep(0.05)


@experiment(title="Held")
def held(run: Run[Held]) -> None:
    """Goes half of its way, and the rest when it may."""
    for step in run.track(range(run.config.steps), message="holding"):
        if step == run.config.steps // 2:
            wait_for(run.config.until)
        run.info(f"{run.config.say} {step}", step=step)
        run.metric("height", step * 0.5, step=step)
        time.sleep(run.config.pause_s)
    run.result("steps", run.config.steps)
    run.result("said", run.config.say)


class Flood(Struct, kw_only=True):
    lines: Annotated[int, Meta(ge=0)] = 100_000
    per_second: Annotated[int, Meta(ge=0, description="0: as fast as it goes")] = 0


@experiment(title="Flood")
def flood(run: Run[Flood]) -> None:
    """Writes many log lines of every level."""
    began = time.monotonic()
    levels: tuple[Literal["debug", "info", "warn", "error"], ...] = ("debug", "info", "info", "info")
    for start in range(0, run.config.lines, 100):
        run.raise_if_cancelled()
        batch = []
        for number in range(start, min(start + 100, run.config.lines)):
            level = "error" if number % 1000 == 999 else "warn" if number % 100 == 99 else levels[number % 4]
            batch.append((level, f"line {number}", None))
        run.log_batch(batch)
        if run.config.per_second:
            ahead = began + (start + 100) / run.config.per_second - time.monotonic()
            time.sleep(max(0, ahead))


@experiment(title="Stubborn")
def stubborn(run: Run[Steps]) -> None:
    """Does not hear a cancel: only force ends it."""
    run.info("started")
    for _ in range(run.config.steps):
        time.sleep(1)


class Falling(Steps, kw_only=True):
    lines: int = 0


@experiment(title="Fall")
def fall(run: Run[Falling]) -> None:
    """Raises."""
    for number in range(run.config.lines):
        run.info(f"line {number}")
    run.info("before the fall")
    raise ValueError(f"fell at step {run.config.steps}")


@experiment(title="Nowhere", queue="gpu")
def nowhere(run: Run[Steps]) -> None:
    """No worker serves its queue."""


@experiment(title="Stumble", stalled="10m", memory="2GiB", retries=2, retry_on=("error", "lost"), backoff="10s")
def stumble(run: Run[Held]) -> None:
    """Falls once, then goes on where it fell."""
    for step in range(run.restored or 0, run.config.steps):
        run.info(f"{run.config.say} {step}")
        run.checkpoint(step + 1)
        if run.attempt == 1 and step == run.config.steps // 2:
            wait_for(run.config.until)
            raise ValueError(f"stumbled at step {step}")


class Hushed(Struct, kw_only=True):
    quiet: str
    until: str


@experiment(title="Hush", stalled="10s")
def hush(run: Run[Hushed]) -> None:
    """Says nothing from one file to the other."""
    while not Path(run.config.quiet).exists():
        run.info("not yet")
        time.sleep(0.2)
    run.info("quiet now")
    wait_for(run.config.until)
