"""`athanor up` killed in the middle of a run, and started again on the same data: clean, complete, no orphans."""

import psutil

from stack import EXPERIMENTS, eventually
from whole import Whole


def test_killed_and_started_again(tmp_path):
    whole = Whole(tmp_path, experiments=str(EXPERIMENTS))
    try:
        whole.start()
        instance = whole.post(
            "/api/instances", name="long", experiment="numbered", config={"lines": 100_000, "pause_s": 0.01}
        )
        done = whole.post("/api/instances", name="short", experiment="numbered", config={"lines": 5})
        finished = whole.post(f"/api/instances/{done['id']}/runs")["id"]
        eventually(lambda: whole.get(f"/api/runs/{finished}")["status"] == "completed")
        run_id = whole.post(f"/api/instances/{instance['id']}/runs")["id"]
        eventually(lambda: whole.get(f"/api/runs/{run_id}")["counts"]["logs"]["info"] > 20)
        family = whole.family()
        assert len(family) > 6
        whole.kill()
        assert psutil.wait_procs(family, 10)[1] == []
        whole.start()
        run = eventually(lambda: (run := whole.get(f"/api/runs/{run_id}"))["status"] != "running" and run, seconds=10)
        assert (run["status"], run["reason"]) == ("failed", "lost")
        lines = whole.get(f"/api/runs/{run_id}/logs", after=-1, limit=1000)["items"]
        assert [line["message"] for line in lines] == [f"line {number}" for number in range(len(lines))]
        assert len(lines) == run["counts"]["logs"]["info"] > 20
        assert whole.get(f"/api/runs/{finished}/logs", after=-1)["next_cursor"] == 4
        again = whole.post(f"/api/instances/{done['id']}/runs")["id"]
        eventually(lambda: whole.get(f"/api/runs/{again}")["status"] == "completed")
    finally:
        whole.stop()
