"""Redis killed, away for a while, emptied: nothing is lost, queued runs start, everything is live again by itself."""

import time

import redis

from followers import Followers


def test_killed_and_restarted_under_load(stack, backend):
    valkey = backend.servers.valkey
    run_id = stack.start("numbered", lines=400, pause_s=0.01)
    followers = Followers(stack.stream_url, run_id, 5)
    stack.until_lines(run_id, 50)
    valkey.kill()
    try:
        queued = stack.start("numbered", lines=3)  # nobody hears this doorbell
        assert stack.until(queued, seconds=10)["status"] == "completed"
        time.sleep(1)
    finally:
        valkey.start()
    assert stack.until(run_id)["reason"] == "ok"
    stack.check_ledger(run_id, *followers.wait(), lines=400)
    stack.check_ledger(queued, lines=3)
    # Live again: doorbells are heard, and events come without a poll.
    started = time.monotonic()
    after = stack.start("numbered", lines=3)
    stack.check_ledger(after, *Followers(stack.stream_url, after, 1).wait(10), lines=3)
    assert stack.run(after)["reason"] == "ok"
    assert time.monotonic() - started < 10
    assert stack.server.poll() is None


def test_emptied_while_runs_are_queued(stack, backend):
    client = redis.Redis.from_url(backend.redis_url)
    run_ids = [stack.start("numbered", lines=100, pause_s=0.005) for _ in range(8)]
    followers = [Followers(stack.stream_url, run_id, 1) for run_id in run_ids]
    client.flushall()
    client.close()
    for run_id, follower in zip(run_ids, followers, strict=True):
        stack.until(run_id)
        stack.check_ledger(run_id, *follower.wait(), lines=100)


def test_cancel_reaches_the_run_while_redis_is_down(stack, backend):
    run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
    stack.until_lines(run_id, 5)
    backend.servers.valkey.kill()
    try:
        stack.cancel(run_id)
        run = stack.until(run_id, seconds=10)
    finally:
        backend.servers.valkey.start()
    assert (run["status"], run["reason"]) == ("cancelled", "user")
    stack.check_ledger(run_id)
