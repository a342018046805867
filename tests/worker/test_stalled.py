"""Runs that say nothing for too long: warned of, ended, and left alone where they show a sign of life."""

import time
from datetime import datetime

import pytest

from stack import eventually

STACK = {"ATHANOR_CANCEL_GRACE": "1s"}


def test_a_silent_run_is_announced_and_ended(stack):
    run_id = stack.start("falls_silent")
    warned = eventually(lambda: (run := stack.run(run_id))["stalls_at"] and run)
    assert warned["status"] == "running"
    over = stack.until(run_id)
    assert (over["status"], over["reason"], over["stalls_at"]) == ("failed", "stalled", None)
    assert over["version"] > warned["version"]
    assert "gave no sign of life" in over["error"]
    assert "for 2 s" in over["error"]
    ended = datetime.fromisoformat(over["completed_at"])
    assert 0 <= (ended - datetime.fromisoformat(warned["stalls_at"])).total_seconds() < 1
    stack.check_ledger(run_id, lines=1)


def test_a_deaf_one_is_killed_and_may_be_tried_again(stack):
    run_id = stack.start("falls_silent_and_deaf")
    run = stack.until(run_id)
    assert (run["status"], run["reason"], run["attempt"]) == ("failed", "stalled", 2)
    assert [one["reason"] for one in run["attempts"]] == ["stalled", "stalled"]
    stack.check_ledger(run_id, lines=0)


def test_every_sign_of_life_counts_and_takes_the_warning_back(stack):
    run_id = stack.start("murmurs")
    said = []
    while (run := stack.run(run_id))["completed_at"] is None:
        if not said or said[-1] != (run["stalls_at"] is not None):
            said.append(run["stalls_at"] is not None)
        time.sleep(0.02)
    assert (run["status"], run["reason"], run["stalls_at"]) == ("completed", "ok", None)
    assert said.count(True) >= 3  # one before each sign; a look may miss one
    assert False in said[2:]


@pytest.mark.parametrize(("experiment", "reason"), [("silent_and_slow", "stalled"), ("slow_and_silent", "timeout")])
def test_the_limit_that_comes_first_gives_the_reason(stack, experiment, reason):
    run_id = stack.start(experiment)
    run = stack.until(run_id)
    assert (run["status"], run["reason"]) == ("failed", reason)


def test_a_cancel_goes_before_both(stack):
    early, late = stack.start("falls_silent"), stack.start("silent_and_slow")
    stack.until_lines(early, 1)
    stack.cancel(early)
    eventually(lambda: stack.run(late)["stalls_at"])
    stack.until(late, "running")
    time.sleep(1)  # it has stalled, and is being ended for that
    assert stack.cancel(late)["status"] == "running"
    assert [stack.until(run_id)["reason"] for run_id in (early, late)] == ["user", "user_forced"]


def test_an_experiment_that_returned_is_measured_no_more(stack):
    run = stack.until(stack.start("over_in_time"))
    assert (run["status"], run["reason"]) == ("completed", "ok")
