"""PostgreSQL restarted (immediate) under load: runs live on, and everything is exact."""

import signal
import time

from followers import Followers
from stack import running_stack


def test_restarted_and_away_for_less_than_the_lease(backend, tmp_path):
    with running_stack(backend, tmp_path, ATHANOR_LEASE="20s") as stack:
        run_id = stack.start("numbered", lines=600, pause_s=0.005)
        followers = Followers(stack.stream_url, run_id, 5)
        stack.until_lines(run_id, 50)
        backend.servers.postgres.restart(signal.SIGQUIT)
        stack.until_lines(run_id, 200)
        backend.servers.postgres.kill()
        health = stack.http.get("/api/health")
        assert health.status_code == 503
        assert health.json()["database"] == "unreachable"
        time.sleep(1)
        backend.servers.postgres.start()
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["attempt"]) == ("completed", "ok", 1)
        stack.check_ledger(run_id, *followers.wait(), lines=600)
        assert stack.server.poll() is None
        following = stack.start("numbered", lines=5)
        assert stack.until(following, seconds=10)["reason"] == "ok"
