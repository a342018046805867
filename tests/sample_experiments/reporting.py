"""Experiments that use every call of a Run, and end by every word of theirs."""

import asyncio
import atexit
import dataclasses
import random
import sys
import time
from typing import Annotated, Any, Literal

import msgspec
import pydantic

from athanor import Cancelled, Run, experiment


class Config(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    count: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)] = 3
    mode: Literal["slow", "fast"] = "fast"
    share: float = 0.5


@dataclasses.dataclass
class Dataclass:
    sizes: list[int] = dataclasses.field(default_factory=lambda: [1, 2])


class Model(pydantic.BaseModel):
    name: str = "model"
    ratio: float


@experiment
def every_call(run: Run[Config]) -> None:
    run.result("config", run.config)
    run.result("about", [run.id, run.attempt, run.seed, run.cancelled, sys.argv[1:]])
    run.log("warn", "by level", a=1)
    run.debug("d")
    run.info("i")
    run.warn("w")
    run.error("e")
    run.log_batch([("info", f"batch {i}", {"i": i} if i % 2 else None) for i in range(run.config.count)])
    run.metric("loss", 0.5)
    run.progress(1, 10, "working")
    for bad in (("loud", "x", None), ("info", "x"), ("info", "x", [1])):
        try:
            run.log_batch([("info", "never sent", None), bad])  # type: ignore[list-item]
        except ValueError as error:
            run.info(str(error))
    try:
        run.log("loud", "x")  # type: ignore[arg-type]
    except ValueError as error:
        run.info(str(error))


@experiment
def dataclass_config(run: Run[Dataclass]) -> None:
    run.result("config", run.config)


@experiment
def model_config(run: Run[Model]) -> None:
    run.result("config", [type(run.config).__name__, run.config])


@experiment(config={"type": "object", "properties": {"a": {"type": "integer", "default": 3}}})
def dict_config(run: Run[Any]) -> None:
    run.result("config", run.config)


@experiment
def no_config(run: Run) -> None:  # type: ignore[type-arg]
    run.result("config", run.config)


@experiment
def lazy(run: "Run[Config]") -> None:
    run.result("config", run.config)


@experiment
def raises(run: Run[None]) -> None:
    def inner() -> None:
        raise KeyError("missing \udc80")

    try:
        inner()
    except KeyError as error:
        raise RuntimeError("wrapped") from error


@experiment
def fails_by_its_own_word(run: Run[None]) -> None:
    run.fail("not good enough")
    run.complete()
    run.info("goes on")
    sys.exit(4)


@experiment
def completes_then_raises(run: Run[None]) -> None:
    run.complete()
    run.fail("too late")
    raise RuntimeError("after the verdict")


@experiment
def completes_then_exits(run: Run[None]) -> None:
    run.complete()
    sys.exit(4)


@experiment
def returns_a_value(run: Run[None]) -> int:
    return 3


@experiment
def raises_cancelled_unasked(run: Run[None]) -> None:
    raise Cancelled


@experiment
def says_goodbye(run: Run[None]) -> None:
    atexit.register(run.info, "goodbye")
    atexit.register(print, "goodbye from print")


@experiment
def seeded(run: Run[None]) -> None:
    run.result("random", random.random())


@experiment
def tracks_until_cancelled(run: Run[None]) -> None:
    for i in run.track(range(1_000_000), message="waiting"):
        if i == 0:
            run.info("started")
        time.sleep(0.005)


@experiment
def tracks(run: Run[None]) -> None:
    seen = list(run.track(iter(range(5)), total=5))
    run.result("seen", seen)


@experiment
def swallows_exceptions(run: Run[None]) -> None:
    run.info("started")
    while True:
        try:
            time.sleep(0.01)
            run.raise_if_cancelled()
        except Exception:
            run.info("swallowed")


@experiment
async def waits(run: Run[None]) -> None:
    try:
        run.info("started")
        await asyncio.sleep(60)
    finally:
        run.info("cleaned up")


@experiment
async def waits_in_a_group(run: Run[None]) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(asyncio.sleep(60))
        run.info("started")


@experiment
def floods(run: Run[Config]) -> None:
    for i in range(run.config.count):
        run.info(f"line {i}")
