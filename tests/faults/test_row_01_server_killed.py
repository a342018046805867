"""The API server killed (-9) again and again under twenty followers: each sees every line once, in order."""

import random
import subprocess
import time
from pathlib import Path

from followers import Followers
from stack import eventually

NODE_CLIENT = Path(__file__).parents[2] / "docs" / "examples" / "follow_run.mjs"


def test_twenty_followers_through_kills_at_random_times(stack, tmp_path):
    chance = random.Random(20)
    is_enough = tmp_path / "enough"
    run_id = stack.start("numbered", lines=1_000_000, pause_s=0.01, until=str(is_enough))
    followers = Followers(stack.stream_url, run_id, 20)

    def each_saw_more_than(before):
        return all(len(seen) > count for seen, count in zip(followers.seen, before, strict=True))

    before = [0] * 20
    for _ in range(3):
        eventually(lambda before=before: each_saw_more_than(before), what="what the followers saw")
        time.sleep(chance.uniform(0, 0.8))
        assert stack.run(run_id)["status"] == "running"
        stack.kill_server()
        before = [len(seen) for seen in followers.seen]
        stack.start_server()
    eventually(lambda: each_saw_more_than(before), what="what the followers saw")
    is_enough.touch()
    assert stack.until(run_id)["reason"] == "ok"
    ended_at = time.monotonic()
    seen = followers.wait()
    assert time.monotonic() - ended_at < 40
    stack.check_ledger(run_id, *seen, lines=stack.written(run_id))


def test_the_node_client_follows_through_a_restart(stack):
    run_id = stack.start("numbered", lines=200, pause_s=0.01)
    process = subprocess.Popen(
        ["node", "--experimental-websocket", str(NODE_CLIENT), run_id],
        env={**stack.environment, "ATHANOR_URL": stack.url, "NODE_NO_WARNINGS": "1"},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("0 ")
        stack.kill_server()
        stack.start_server()
        output = process.stdout.read()  # not communicate(): with a timeout it forgets what readline has buffered
        assert process.wait(60) == 0
    finally:
        process.kill()
    stack.until(run_id)
    printed = [line.split(" ", 4) for line in (first + output).splitlines()]
    assert [int(offset) for offset, *_ in printed] == list(range(200))
    assert [parts[3] + " " + parts[4].strip() for parts in printed] == [f"line {number}" for number in range(200)]
    stack.check_ledger(run_id, lines=200)


def test_a_follower_that_comes_when_all_is_over(stack):
    run_id = stack.start("numbered", lines=2500)
    stack.until(run_id)
    (whole,) = Followers(stack.stream_url, run_id, 1).wait()
    stack.check_ledger(run_id, whole, lines=2500)
