"""Two faults at once, drawn by lot: what each alone must not do, both together must not do either.

Another four for each commit; `make soak` goes through all of them.
"""

import itertools
import random
import subprocess
from pathlib import Path

import pytest

from fault_injection import FAULTS, Fault
from faulted_round import play
from stack import running_stack

LEASE_S = 15
PAIRS = list(itertools.combinations(FAULTS, 2))


def seed() -> str:
    """The commit, so that a failure can be had again; the same everywhere where there is none."""
    asked = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=False
    )
    return asked.stdout.strip() or "no commit"


SEED = seed()
DRAWN = random.Random(SEED).sample(PAIRS, 4)


@pytest.mark.parametrize("pair", DRAWN, ids=lambda pair: " + ".join(f.name for f in pair))
def test_a_pair(own_backend, tmp_path, pair: tuple[Fault, Fault]):
    print(f"drawn by {SEED}")
    dice = random.Random(SEED)
    with running_stack(own_backend, tmp_path, workers=2, ATHANOR_LEASE=f"{LEASE_S}s", ATHANOR_SLOTS="2") as stack:
        played = play(stack, pair, dice, runs=4, followers=2, lease_s=LEASE_S)
        assert played.runs == 4
        assert play(stack, (), dice, runs=2, followers=1, lease_s=LEASE_S).completed == 2
        assert stack.server.poll() is None
