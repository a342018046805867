"""As fast as they can: one run, eight runs at once, stdout and C code beside the SDK. The ledger is exact, the API
answers."""

import time

from followers import Followers
from stack import running_stack

STACK = {"ATHANOR_LEASE": "20s"}


def test_eight_runs_at_once_as_fast_as_they_can(backend, tmp_path):
    is_enough = tmp_path / "enough"
    with running_stack(backend, tmp_path, ATHANOR_SLOTS="8", ATHANOR_LEASE="20s") as stack:
        run_ids = [stack.start("numbered", lines=10_000_000, until=str(is_enough)) for _ in range(8)]
        followers = [Followers(stack.stream_url, run_id, 1) for run_id in run_ids]
        for run_id in run_ids:
            stack.until_lines(run_id, 1)
        # Asked while all of them write: each must be an answer, not an error, and must come while somebody waits.
        took_s = []
        for _ in range(5):
            asked_at = time.monotonic()
            overview = stack.http.get("/api/overview")
            assert overview.status_code == 200, overview.text
            assert overview.json()["running"] == 8
            assert stack.http.get(f"/api/runs/{run_ids[0]}/logs?limit=10").status_code == 200
            took_s.append(time.monotonic() - asked_at)
        is_enough.touch()
        assert max(took_s) < 20, took_s
        for run_id, follower in zip(run_ids, followers, strict=True):
            assert stack.until(run_id)["reason"] == "ok"
            stack.check_ledger(run_id, *follower.wait(), lines=stack.written(run_id))


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
