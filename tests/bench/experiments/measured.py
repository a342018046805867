"""What the benchmarks run."""

import statistics
import time

import msgspec

from athanor import Run, experiment

MESSAGE = "epoch 12 of 40: the vessel is warm, the residue settles; nothing else to report "[:80]


class Flood(msgspec.Struct, kw_only=True):
    lines: int = 100_000
    metadata: bool = False


@experiment
def flood(run: Run[Flood]) -> None:
    """Writes lines as fast as the worker takes them, one call each."""
    lines = run.config.lines
    if run.config.metadata:
        for number in range(lines):
            run.info(MESSAGE, step=number, loss=0.25)
    else:
        for _ in range(lines):
            run.info(MESSAGE)


class Steady(msgspec.Struct, kw_only=True):
    lines_per_second: float = 100
    seconds: float = 5.0
    wait_s: float = 0.0


@experiment
def steady(run: Run[Steady]) -> None:
    """Writes lines at a steady rate, one call each."""
    config = run.config
    begin = time.monotonic() + config.wait_s
    pause = 1 / config.lines_per_second
    for number in range(int(config.lines_per_second * config.seconds)):
        due = begin + number * pause
        while (left := due - time.monotonic()) > 0:
            time.sleep(left)
        run.info(MESSAGE, step=number)


class Calls(msgspec.Struct, kw_only=True):
    bursts: int = 200
    calls: int = 50
    pause_s: float = 0.01


@experiment
def calls(run: Run[Calls]) -> None:
    """Times short bursts of `run.info`, with pauses in which the worker empties the socket."""
    micros = []
    for _ in range(run.config.bursts):
        time.sleep(run.config.pause_s)
        started = time.perf_counter_ns()
        for _ in range(run.config.calls):
            run.info(MESSAGE)
        micros.append((time.perf_counter_ns() - started) / run.config.calls / 1000)
    run.result("micros", {"p50": statistics.median(micros), "p90": statistics.quantiles(micros, n=10)[-1]})


@experiment
def trivial(run: Run[None]) -> None:
    """One line and the end."""
    run.info("hello")
