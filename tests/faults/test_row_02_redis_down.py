"""Redis killed, away for a while, emptied: nothing is lost, queued runs start, everything is live again by itself."""

import re
import time

import redis

from followers import Followers
from leftovers import figures
from stack import eventually


def test_killed_and_restarted_under_load(stack, backend, tmp_path):
    valkey = backend.servers.valkey
    is_enough = tmp_path / "enough"
    run_id = stack.start("numbered", lines=1_000_000, pause_s=0.01, until=str(is_enough))
    followers = Followers(stack.stream_url, run_id, 5)
    stack.until_lines(run_id, 50)
    valkey.kill()
    try:
        queued = stack.start("numbered", lines=3)  # nobody hears this doorbell
        assert stack.until(queued)["reason"] == "ok"
        time.sleep(1)
    finally:
        valkey.start()
    check_live_again(stack, backend, run_id, followers)
    is_enough.touch()
    assert stack.until(run_id)["reason"] == "ok"
    stack.check_ledger(run_id, *followers.wait(), lines=stack.written(run_id))
    stack.check_ledger(queued, lines=3)
    after = stack.start("numbered", lines=3)
    stack.check_ledger(after, *Followers(stack.stream_url, after, 1).wait(), lines=3)
    assert stack.run(after)["reason"] == "ok"
    assert stack.server.poll() is None
    assert stack.workers[0].poll() is None


def check_live_again(stack, backend, run_id, followers):
    """By themselves, API server and worker are on the bus again: events come without a poll, doorbells are heard."""
    eventually(lambda: figures(stack.http)["athanor_redis_connected"] == 1, what="the API server's connection")
    with redis.Redis.from_url(backend.redis_url) as client:
        for heard in (f"*:{run_id}:logs", f"*{stack.run(run_id)['worker_id']}"):
            eventually(lambda heard=heard: client.pubsub_channels(heard), what=f"who listens to {heard}")
    # The worker posts its figures there, with the next heartbeat.
    posted = r'^athanor_worker_entries_total{.*stream="logs".*} (\S+)$'
    before = eventually(lambda: re.findall(posted, stack.http.get("/metrics").text, re.MULTILINE), what="its figures")
    eventually(lambda: re.findall(posted, stack.http.get("/metrics").text, re.MULTILINE) not in ([], before))
    counts = [len(seen) for seen in followers.seen]
    eventually(lambda: all(len(seen) > count for seen, count in zip(followers.seen, counts, strict=True)))


def test_emptied_while_runs_are_queued(stack, backend):
    client = redis.Redis.from_url(backend.redis_url)
    run_ids = [stack.start("numbered", lines=100, pause_s=0.005) for _ in range(8)]
    followers = [Followers(stack.stream_url, run_id, 1) for run_id in run_ids]
    client.flushall()
    client.close()
    for run_id, follower in zip(run_ids, followers, strict=True):
        stack.until(run_id)
        stack.check_ledger(run_id, *follower.wait(), lines=100)
    assert stack.workers[0].poll() is None


def test_cancel_reaches_the_run_while_redis_is_down(stack, backend):
    run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
    stack.until_lines(run_id, 5)
    backend.servers.valkey.kill()
    try:
        stack.cancel(run_id)
        run = stack.until(run_id)
    finally:
        backend.servers.valkey.start()
    assert (run["status"], run["reason"]) == ("cancelled", "user")
    stack.check_ledger(run_id)
