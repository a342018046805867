"""Between two attempts: a cancel is the end at once; without one, the pauses are kept and the last error stays."""

from datetime import datetime

from followers import Followers
from stack import eventually


def moment(text):
    return datetime.fromisoformat(text)


def test_a_cancel_while_it_waits_for_its_next_attempt(stack):
    run_id = stack.start("right_much_later")
    followers = Followers(stack.stream_url, run_id, 1)
    waiting = eventually(lambda: (run := stack.run(run_id))["not_before"] and run)
    assert (waiting["status"], waiting["attempt"], waiting["reason"], waiting["error"]) == ("pending", 1, None, None)
    assert 595 < (moment(waiting["not_before"]) - moment(waiting["attempts"][0]["ended_at"])).total_seconds() <= 600.1
    over = stack.cancel(run_id)
    assert (over["status"], over["reason"], over["not_before"]) == ("cancelled", "user", None)
    assert [(one["number"], one["reason"], one["error"]) for one in over["attempts"]] == [
        (1, "error", "ValueError: not yet")
    ]
    again = stack.cancel(run_id)
    assert again["version"] == over["version"]
    stack.check_ledger(run_id, *followers.wait(), lines=1)


def test_tries_that_are_used_up_end_with_the_last_error(stack):
    run_id = stack.start("never_right")
    run = stack.until(run_id)
    assert (run["status"], run["reason"], run["error"]) == ("failed", "error", "ValueError: wrong for the 3. time")
    assert "in never_right\n" in run["traceback"]
    assert [(one["number"], one["error"]) for one in run["attempts"]] == [
        (number, f"ValueError: wrong for the {number}. time") for number in (1, 2, 3)
    ]
    over_s = [
        (moment(after["started_at"]) - moment(before["ended_at"])).total_seconds() - least_s
        for before, after, least_s in zip(run["attempts"], run["attempts"][1:], (0.2, 0.4), strict=False)
    ]
    assert 0 <= min(over_s) < 1, over_s  # the doorbell, not the look every two seconds
    assert [(line["attempt"], line["message"]) for line in stack.lines(run_id)] == [
        (number, f"attempt {number}") for number in (1, 2, 3)
    ]
