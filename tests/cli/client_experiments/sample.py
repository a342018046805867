"""Experiments for the client's commands."""

import time
from typing import Annotated

from msgspec import Meta, Struct, field

from athanor import Run, experiment


class Model(Struct, forbid_unknown_fields=True):
    kind: str = "tree"
    depth: int = 3


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, description="Whom to greet")] = "world"
    times: Annotated[int, Meta(ge=1, le=100_000)] = 3
    loud: bool = False
    model: Model = field(default_factory=Model)
    pairs: list[Model] = []


@experiment(title="Greet somebody")
def greet(run: Run[Config]) -> None:
    """Says hello a number of times."""
    config = run.config
    for at in run.track(range(config.times), message="greeting"):
        run.info(f"hello {config.name} {at}", depth=config.model.depth)
    run.warn("careful \x1b[31m")
    run.error("bad\nworse")


@experiment
def fail(run: Run[None]) -> None:
    run.info("about to fail")
    raise ValueError("no luck")


class Pace(Struct, kw_only=True, forbid_unknown_fields=True):
    lines: int = 1000
    every_s: float = 0.01
    ignores: bool = False


@experiment
def slow(run: Run[Pace]) -> None:
    for at in range(run.config.lines):
        run.info(f"line {at}")
        run.progress(at, run.config.lines, "ticking")
        time.sleep(run.config.every_s)
        if not run.config.ignores:
            run.raise_if_cancelled()


@experiment(retries=1, retry_on=("error",), backoff="1s")
def wobble(run: Run[None]) -> None:
    run.info("standing")
    if run.attempt == 1:
        raise ValueError("not yet")
