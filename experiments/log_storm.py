"""Write a great many log lines, as fast as they are taken or at a given rate: to see what the logs can bear."""

import random
import time
from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from athanor import Run, experiment

Level = Literal["debug", "info", "warn", "error"]
Line = tuple[Level, str, dict[str, object] | None]

_WORDS = (
    *("salt", "sulphur", "mercury", "furnace", "vessel", "ash", "flame", "vapour"),
    *("crystal", "lead", "copper", "silver", "gold", "tincture", "residue"),
)

_Weight = Annotated[float, Meta(ge=0, le=1000)]


class Levels(Struct, kw_only=True, forbid_unknown_fields=True):
    """How often each level occurs, relative to the others."""

    debug: _Weight = 60
    info: _Weight = 30
    warn: _Weight = 8
    error: _Weight = 2


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    lines: Annotated[int, Meta(ge=1, le=5_000_000, description="How many lines to write")] = 100_000
    lines_per_second: (
        Annotated[float, Meta(gt=0, le=1_000_000, title="Lines per second", description="Unset: as fast as possible")]
        | None
    ) = None
    batch: Annotated[int, Meta(ge=1, le=10_000, description="Lines per call; 1 = one plain call for each line")] = 100
    message_length: Annotated[
        int, Meta(ge=16, le=16_384, title="Message length", description="Characters of each message")
    ] = 80
    metadata: Annotated[bool, Meta(description="Give each line a few values of its own")] = False
    levels: Annotated[Levels, Meta(description="The mix of levels")] = field(default_factory=Levels)


@experiment(title="Log storm", timeout="2h", tags=["load"])
def log_storm(run: Run[Config]) -> None:
    """Write numbered log lines and measure how fast they were taken."""
    config = run.config
    dice = random.Random(run.seed)
    weights = [config.levels.debug, config.levels.info, config.levels.warn, config.levels.error]
    if not any(weights):
        run.fail("All levels have weight 0: give at least one of /levels a weight.")
        return
    started = time.monotonic()
    for first in run.track(range(0, config.lines, config.batch), message=f"calls of {config.batch} lines"):
        last = min(first + config.batch, config.lines)
        lines = [make_line(number, config, weights, dice) for number in range(first, last)]
        if config.batch == 1:
            level, message, metadata = lines[0]
            run.log(level, message, **(metadata or {}))
        else:
            run.log_batch(lines)
        if config.lines_per_second and not wait_until(started + last / config.lines_per_second, run):
            run.raise_if_cancelled()
    seconds = time.monotonic() - started
    run.metric("lines_per_second", config.lines / seconds)
    run.result("summary", {"lines": config.lines, "seconds": seconds, "lines_per_second": config.lines / seconds})


def make_line(number: int, config: Config, weights: list[float], dice: random.Random) -> Line:
    """Line `number`, which starts with its number and has `message_length` characters."""
    level: Level = dice.choices(("debug", "info", "warn", "error"), weights)[0]
    message = f"{number:08d}"
    while len(message) < config.message_length:
        message += " " + _WORDS[dice.randrange(len(_WORDS))]
    metadata: dict[str, object] | None = None
    if config.metadata:
        metadata = {"number": number, "temperature": round(dice.uniform(20, 1200), 1), "vessel": dice.choice("ABC")}
    return level, message[: config.message_length], metadata


def wait_until(moment: float, run: Run[Config]) -> bool:
    """Waits for a moment of the monotonic clock; False as soon as the run is cancelled."""
    while (left := moment - time.monotonic()) > 0:
        if run.cancelled:
            return False
        time.sleep(min(left, 0.1))
    return True
