"""Round after round under random faults; the memory of what lives through them is watched."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext

import psutil
from msgspec import Struct, field

from fault_injection import Fault
from faulted_round import play
from leftovers import ended_again
from soak.open_tab import OpenTab, open_tab
from stack import Stack

LEASE_S = 15.0
RUNS, FOLLOWERS = 4, 2


class Counts(Struct, kw_only=True):
    """What rounds over a span of time counted; `ended_again` as PostgreSQL noted it. A broken promise ends the soak."""

    seconds: float = 0.0
    rounds: int = 0
    runs: int = 0
    completed: int = 0
    lost: int = 0
    lines: int = 0
    seen: int = 0
    missing: int = 0
    doubled: int = 0
    reconnects: int = 0
    ended_again: int = 0
    injected: Counter[str] = field(default_factory=Counter)
    memory: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """By part: (seconds since the start, MiB)."""


def soak(
    stack: Stack, seconds: float, seed: int, faults: Sequence[Fault], tell: Callable[[str], None], *, watched: bool
) -> Counts:
    """One or two of `faults` a round, each choice once in random order and then again, until the time is over. All
    runs are of one instance: what is open on the dashboard need not grow. `watched`: memory is measured after each,
    that of an open tab too.

    Raises:
        AssertionError: the first broken promise.
    """
    dice = random.Random(seed)
    draws = _endless([*((fault,) for fault in faults), *itertools.combinations(faults, 2)], dice)
    counts, started = Counts(), time.monotonic()
    instance_id = stack.instance("numbered")
    with open_tab(stack.url) if watched else nullcontext() as tab:
        while (elapsed := time.monotonic() - started) < seconds:
            drawn = next(draws)
            names = " + ".join(fault.name for fault in drawn)
            try:
                played = play(
                    stack, drawn, dice, runs=RUNS, followers=FOLLOWERS, lease_s=LEASE_S, instance_id=instance_id
                )
            except AssertionError as broken:
                where = f"round {counts.rounds + 1}, seed {seed}, {names}"
                raise AssertionError(f"{where}: {broken}\nThe log's end:\n{stack.said()[-20_000:]}") from broken
            counts.rounds += 1
            counts.injected.update(fault.name for fault in drawn)
            for name in played.__struct_fields__:
                setattr(counts, name, getattr(counts, name) + getattr(played, name))
            if tab is not None:
                for part, mib in _memory(stack, tab).items():
                    counts.memory.setdefault(part, []).append((elapsed, mib))
            tell(f"{elapsed:6.0f} s  round {counts.rounds}: {names}: {played.completed} completed, {played.lost} lost")
    counts.seconds = time.monotonic() - started
    counts.ended_again = len(ended_again(stack.backend.database_url))
    return counts


def _endless(draws: list[tuple[Fault, ...]], dice: random.Random) -> Iterator[tuple[Fault, ...]]:
    while True:
        dice.shuffle(draws)
        yield from draws


def _memory(stack: Stack, tab: OpenTab) -> dict[str, float]:
    """MiB that each part holds for itself."""
    assert stack.server is not None
    parts = {"API server": stack.server.pid, "worker": stack.workers[0].pid}
    held = {part: psutil.Process(pid).memory_full_info().uss / 2**20 for part, pid in parts.items()}
    return {**held, "a tab on the dashboard": tab.heap_mib()}


def slope(samples: Sequence[tuple[float, float]]) -> float:
    """MiB an hour, by least squares; NaN for fewer than three samples."""
    if len(samples) < 3:
        return float("nan")
    mean_x = sum(at for at, _ in samples) / len(samples)
    mean_y = sum(value for _, value in samples) / len(samples)
    spread = sum((at - mean_x) ** 2 for at, _ in samples)
    return 3600 * sum((at - mean_x) * (value - mean_y) for at, value in samples) / spread


def second_half(samples: Sequence[tuple[float, float]]) -> Sequence[tuple[float, float]]:
    """The first half fills caches and pools."""
    return samples[len(samples) // 2 :]
