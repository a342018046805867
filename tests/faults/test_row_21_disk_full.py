"""The disk is full for data: health says so, nothing is lost or torn, and all goes on when there is space again."""

import pytest

from followers import Followers
from stack import eventually, running_stack
from tiny_disk import missing, tiny_disk


@pytest.fixture
def full(session_servers):
    if lacking := missing():
        pytest.skip(f"row 21 was not run: {lacking}")
    with tiny_disk(session_servers.redis_url) as disk:
        yield disk


def test_a_full_disk_holds_runs_up_and_harms_none(full, tmp_path):
    with running_stack(full, tmp_path, ATHANOR_LEASE="60s") as stack:
        run_id = stack.start("numbered", lines=4_000, pause_s=0.002)
        followers = Followers(stack.stream_url, run_id, 2)
        stack.until_lines(run_id, 100)
        full.fill()

        def said():
            health = stack.http.get("/api/health")
            told = health.json()
            found = [problem for problem in told.get("problems", ()) if "its disk is full" in problem]
            return health.status_code == 200 and told["status"] == "degraded" and found

        (problem,) = eventually(said, what="the health")
        assert "(SQLSTATE 53100). Free space there; runs wait meanwhile" in problem
        eventually(lambda: "the database is away" in stack.said(), what="the ingest's waiting")
        held = sum(stack.run(run_id)["counts"]["logs"].values())
        assert held < 4_000
        assert stack.run(run_id)["status"] == "running"

        full.empty()
        eventually(lambda: stack.http.get("/api/health").json() | {"version": ""} == HEALED, what="the healing")
        assert stack.until(run_id)["status"] == "completed"
        stack.check_ledger(run_id, *followers.wait(), lines=4_000)


HEALED = {"status": "ok", "version": "", "database": "ok", "redis": "ok", "workers": 1, "problems": []}
