"""`athanor up` killed in the middle of a run, and started again on the same data: clean, complete, no orphans."""

import secrets

import psutil

from followers import Followers
from ledger import Ledger
from leftovers import MARK, processes
from stack import EXPERIMENTS, eventually
from whole import Whole


def test_killed_and_started_again(tmp_path):
    mark = secrets.token_hex(8)
    whole = Whole(tmp_path, experiments=str(EXPERIMENTS), **{MARK: mark})
    ledger = Ledger(whole.http)
    stream_url = f"{whole.url.replace('http', 'ws')}/api/stream"
    try:
        whole.start()
        instance = whole.post(
            "/api/instances", name="long", experiment="numbered", config={"lines": 100_000, "pause_s": 0.01}
        )
        done = whole.post("/api/instances", name="short", experiment="numbered", config={"lines": 5})
        finished = whole.post(f"/api/instances/{done['id']}/runs")["id"]
        assert ledger.until(finished)["reason"] == "ok"
        run_id = whole.post(f"/api/instances/{instance['id']}/runs")["id"]
        followers = Followers(stream_url, run_id, 3)
        ledger.until_lines(run_id, 21)
        family = whole.family()
        assert len(family) > 6
        whole.kill()
        assert psutil.wait_procs(family, 60)[1] == []
        eventually(lambda: not processes(mark), what="what it started")
        whole.start()
        run = ledger.until(run_id)
        assert (run["status"], run["reason"]) == ("failed", "lost")
        assert run["counts"]["logs"]["info"] > 20
        ledger.check_ledger(run_id, *followers.wait())
        ledger.check_ledger(finished, lines=5)
        again = whole.post(f"/api/instances/{done['id']}/runs")["id"]
        assert ledger.until(again)["reason"] == "ok"
        ledger.check_ledger(again, *Followers(stream_url, again, 1).wait(), lines=5)
    finally:
        whole.stop()
    assert processes(mark) == []
