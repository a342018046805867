"""PostgreSQL restarted (immediate) under load: runs live on, and everything is exact."""

import signal

from followers import Followers
from stack import running_stack


def test_restarted_and_away_for_less_than_the_lease(own_backend, tmp_path):
    is_enough = tmp_path / "enough"
    with running_stack(own_backend, tmp_path, ATHANOR_LEASE="60s") as stack:
        run_id = stack.start("numbered", lines=1_000_000, pause_s=0.005, until=str(is_enough))
        followers = Followers(stack.stream_url, run_id, 5)
        stack.until_lines(run_id, 50)
        own_backend.servers.checkpoint()
        own_backend.servers.postgres.restart(signal.SIGQUIT)
        stack.until_lines(run_id, 200)
        own_backend.servers.checkpoint()
        own_backend.servers.postgres.kill()
        health = stack.http.get("/api/health")
        assert health.status_code == 503
        assert health.json()["database"] == "unreachable"
        asked = stack.http.get(f"/api/runs/{run_id}")
        assert (asked.status_code, asked.headers["retry-after"]) == (503, "1")
        assert asked.json()["detail"] == "The database does not answer. Try again in a moment."
        ordered = stack.http.post(f"/api/runs/{run_id}/cancel")
        assert ordered.status_code == 503
        assert "Whether this request took effect is not known" in ordered.json()["detail"]
        assert "Traceback" not in stack.said()
        own_backend.servers.postgres.start()
        stack.until_lines(run_id, 400)
        is_enough.touch()
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["attempt"]) == ("completed", "ok", 1)
        stack.check_ledger(run_id, *followers.wait(), lines=stack.written(run_id))
        assert stack.server.poll() is None
        following = stack.start("numbered", lines=5)
        assert stack.until(following)["reason"] == "ok"
