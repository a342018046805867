"""As fast as they can: one run, eight runs at once, stdout and C code beside the SDK. The ledger is exact, the API
answers."""

import time

from followers import Followers
from stack import TERMINAL, running_stack

STACK = {"ATHANOR_LEASE": "20s"}


def test_eight_runs_at_once_as_fast_as_they_can(backend, tmp_path):
    with running_stack(backend, tmp_path, ATHANOR_SLOTS="8", ATHANOR_LEASE="20s") as stack:
        run_ids = [stack.start("numbered", lines=8_000) for _ in range(8)]
        followers = [Followers(stack.stream_url, run_id, 1) for run_id in run_ids]
        # Asked until all are over; each must be an answer, not an error, and must come while somebody waits for it.
        took_s = []
        while (states := {stack.run(run_id)["status"] for run_id in run_ids}) - {*TERMINAL}:
            asked_at = time.monotonic()
            overview = stack.http.get("/api/overview")
            assert overview.status_code == 200, overview.text
            assert stack.http.get(f"/api/runs/{run_ids[0]}/logs?limit=10").status_code == 200
            if "running" in states:
                took_s.append(time.monotonic() - asked_at)
        assert len(took_s) >= 5
        assert max(took_s) < 20
        for run_id, follower in zip(run_ids, followers, strict=True):
            assert stack.until(run_id)["reason"] == "ok"
            stack.check_ledger(run_id, *follower.wait(), lines=8_000)


def test_a_flood_from_every_side(stack):
    run_id = stack.start("floods", lines=5_000)
    (seen,) = Followers(stack.stream_url, run_id, 1).wait()
    assert stack.until(run_id)["reason"] == "ok"
    stack.check_ledger(run_id, seen, lines=5_000)
    # Each source keeps its own order; between pipes and the SDK there is none to keep.
    for source in ("line", "printed", "written by C", "from a subprocess"):
        numbers = [int(line["message"].rsplit(" ", 1)[1]) for line in seen if line["message"].startswith(source)]
        assert numbers == list(range(5_000)), source
    assert len(seen) == 20_000
