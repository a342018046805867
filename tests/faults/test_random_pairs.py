"""Two faults at once, drawn by lot: what each alone must not do, both together must not do either.

`make soak` goes on drawing for as long as it is told.
"""

import itertools
import random

import pytest

from fault_injection import FAULTS, Fault
from faulted_round import play
from stack import running_stack

LEASE_S = 8
PAIRS = list(itertools.combinations(FAULTS, 2))


@pytest.mark.parametrize("pair", random.Random(4).sample(PAIRS, 4), ids=lambda pair: " + ".join(f.name for f in pair))
def test_a_pair(backend, tmp_path, pair: tuple[Fault, Fault]):
    with running_stack(backend, tmp_path, workers=2, ATHANOR_LEASE=f"{LEASE_S}s", ATHANOR_SLOTS="2") as stack:
        played = play(stack, pair, random.Random(5), runs=4, followers=2, lease_s=LEASE_S)
        assert played.runs == 4
        assert play(stack, (), random.Random(6), runs=2, followers=1, lease_s=LEASE_S).completed == 2
        assert stack.server.poll() is None
