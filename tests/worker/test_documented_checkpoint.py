"""The sample of docs/experiments.md, as it stands there: a killed worker, then a second attempt goes on."""

import re
from pathlib import Path

from stack import eventually, running_stack

DOCUMENT = Path(__file__).parents[2] / "docs" / "experiments.md"


def test_the_walk_goes_on_where_it_stopped(backend, tmp_path):
    block = r"^```python\n(# experiments/long_walk\.py\n.*?)^```$"
    (sample,) = re.findall(block, DOCUMENT.read_text(), re.DOTALL | re.MULTILINE)
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "long_walk.py").write_text(sample)
    with running_stack(
        backend, tmp_path, workers=0, ATHANOR_LEASE="60s", ATHANOR_EXPERIMENTS=str(tmp_path / "experiments")
    ) as stack:
        worker = stack.start_worker()
        run_id = stack.start("long_walk", steps=80, pause_s=0.05)
        eventually(lambda: (stack.run(run_id)["progress"] or {"current": 0})["current"] >= 10, seconds=60)
        worker.kill()
        worker.wait()
        stack.start_worker()
        second = eventually(lambda: (run := stack.run(run_id))["attempt"] == 2 and run["progress"] and run, seconds=60)
        assert second["progress"]["current"] > 10
        run = stack.until(run_id)
        assert (run["status"], run["attempt"]) == ("completed", 2)
        assert [one["reason"] for one in run["attempts"]] == ["lost", "ok"]
        (result,) = stack.http.get(f"/api/runs/{run_id}/results").json()["items"]
        assert (result["preview"]["steps"], round(result["preview"]["metres"], 6)) == (80, 56.0)
