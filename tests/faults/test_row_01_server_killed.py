"""The API server killed (-9) again and again under twenty followers: each sees every line once, in order."""

import random
import subprocess
import time
from pathlib import Path

from followers import Followers

NODE_CLIENT = Path(__file__).parents[2] / "docs" / "examples" / "follow_run.mjs"


def test_twenty_followers_through_kills_at_random_times(stack):
    chance = random.Random(20)
    run_id = stack.start("numbered", lines=600, pause_s=0.01)
    followers = Followers(stack.stream_url, run_id, 20)
    for _ in range(3):
        time.sleep(chance.uniform(0.3, 1.2))
        stack.kill_server()
        stack.start_server()
    stack.until(run_id)
    ended_at = time.monotonic()
    seen = followers.wait(20)
    assert time.monotonic() - ended_at < 10
    stack.check_ledger(run_id, *seen, lines=600)


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
        assert process.wait(10) == 0
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
