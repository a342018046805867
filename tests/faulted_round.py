"""One round under faults: runs that are written and followed while things break, and then checked line by line."""

import random

from msgspec import Struct

from fault_injection import Fault, Scene, inject_together
from followers import Followers
from stack import Stack

LINES = 400


class Round(Struct, frozen=True, kw_only=True):
    """What a round that held its promises counted."""

    runs: int
    completed: int
    lost: int
    lines: int
    """Lines that were checked, each against the ledger and every follower."""
    seen: int
    """The same lines as followers saw them."""
    missing: int
    """Lines of the ledger that a follower did not see."""
    doubled: int
    """Lines that a follower saw again."""
    reconnects: int
    """Sockets that followers had to open anew."""


def play(
    stack: Stack,
    faults: tuple[Fault, ...],
    dice: random.Random,
    *,
    runs: int,
    followers: int,
    lease_s: float,
    instance_id: str | None = None,
) -> Round:
    """Runs of one instance: a new one, if none is given. Fails where a line is missing, doubled or out of order, or
    where a run ends otherwise than the faults allow."""
    lines = [dice.choice((LINES // 4, LINES)) for _ in range(runs)]
    if instance_id is None:
        instance_id = stack.instance("numbered")
    run_ids = [
        stack.start_from(instance_id, lines=count, pause_s=dice.choice((0.002, 0.005)), tail_s=0.0, until=None)
        for count in lines
    ]
    watching = [Followers(stack.stream_url, run_id, followers) for run_id in run_ids]
    scene = Scene(stack=stack, lease_s=lease_s, run_id=run_ids[0], dice=dice)
    scene.between(0, 0.6)
    inject_together(faults, scene)
    may_be_lost = any(fault.deadly for fault in faults)
    endings = []
    for run_id, watchers, count in zip(run_ids, watching, lines, strict=True):
        run = stack.until(run_id, seconds=120 + 3 * lease_s)
        endings.append((run["status"], run["reason"]))
        is_whole = endings[-1] == ("completed", "ok")
        assert is_whole or (may_be_lost and run["reason"] in ("lost", "interrupted")), (endings[-1], run["error"])
        stack.check_ledger(run_id, *watchers.wait(), lines=count if is_whole else None)
    assert [worker.poll() for worker in stack.workers] == [None] * len(stack.workers)
    stored = [sum(stack.run(run_id)["counts"]["logs"].values()) for run_id in run_ids]
    seen = [
        (count, [line["offset"] for line in each])
        for count, watchers in zip(stored, watching, strict=True)
        for each in watchers.seen
    ]
    completed = endings.count(("completed", "ok"))
    return Round(
        runs=runs,
        completed=completed,
        lost=runs - completed,
        lines=sum(stored),
        seen=sum(len(offsets) for _, offsets in seen),
        missing=sum(count - len({*offsets}) for count, offsets in seen),
        doubled=sum(len(offsets) - len({*offsets}) for _, offsets in seen),
        reconnects=sum(sum(watchers.reconnects) for watchers in watching),
    )
