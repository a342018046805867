"""Runs that say nothing for too long: warned of, ended, and left alone where they show a sign of life."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from athanor.db.migrate import upgrade
from conftest import Backend
from servers import Servers
from stack import Stack, eventually, running_stack

SIGNS = ("line", "metric", "result", "progress", "checkpoint", "print")


@pytest.fixture(scope="module")
def stack(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """One for all of these runs: most of the time they only wait."""
    url = session_servers.fresh_database()
    upgrade(url)
    with running_stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("stalled"),
        ATHANOR_EXPERIMENTS=str(Path(__file__).with_name("experiments")),
        ATHANOR_SLOTS="16",
        ATHANOR_CANCEL_GRACE="2s",
        ATHANOR_LEASE="60s",
    ) as running:
        yield running


@pytest.fixture(scope="module", autouse=True)
def begun(stack):
    """The runs that end by themselves, side by side."""
    return {
        name: stack.start(name)
        for name in ("over_in_time", "falls_silent_and_deaf", "silent_and_slow", "slow_and_silent")
    }


def test_a_silent_run_is_announced_and_ended(stack):
    run_id = stack.start("falls_silent")
    warned = eventually(lambda: (run := stack.run(run_id))["stalls_at"] and run)
    assert warned["status"] == "running"
    over = stack.until(run_id)
    assert (over["status"], over["reason"], over["stalls_at"]) == ("failed", "stalled", None)
    assert over["version"] > warned["version"]
    assert "gave no sign of life" in over["error"]
    assert "for 4 s" in over["error"]
    late = datetime.fromisoformat(over["completed_at"]) - datetime.fromisoformat(warned["stalls_at"])
    assert -1 < late.total_seconds() < 10  # the time is announced as of before the row is written
    stack.check_ledger(run_id, lines=1)


def test_a_deaf_one_is_killed_and_may_be_tried_again(stack, begun):
    run = stack.until(begun["falls_silent_and_deaf"], seconds=60)
    assert (run["status"], run["reason"], run["attempt"]) == ("failed", "stalled", 2)
    assert [one["reason"] for one in run["attempts"]] == ["stalled", "stalled"]
    stack.check_ledger(run["id"], lines=0)


def test_every_sign_of_life_counts_and_takes_the_warning_back(stack, tmp_path):
    runs = {kind: stack.start("murmurs", kind=kind, folder=str(tmp_path)) for kind in SIGNS}

    def all_took_it_back():
        for kind, run_id in runs.items():
            told = tmp_path / kind
            warned = stack.run(run_id)["stalls_at"] is not None
            if warned:
                told.touch()
            elif told.exists():
                told.with_suffix(".end").touch()
        return len(list(tmp_path.glob("*.end"))) == len(SIGNS)

    eventually(all_took_it_back, seconds=40)
    for run_id in runs.values():
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["stalls_at"]) == ("completed", "ok", None)


@pytest.mark.parametrize(("experiment", "reason"), [("silent_and_slow", "stalled"), ("slow_and_silent", "timeout")])
def test_the_limit_that_comes_first_gives_the_reason(stack, begun, experiment, reason):
    run = stack.until(begun[experiment])
    assert (run["status"], run["reason"]) == ("failed", reason)


def test_a_cancel_goes_before_both(stack):
    early, late = stack.start("falls_silent"), stack.start("falls_silent_and_stays")
    stack.until_lines(early, 1)
    stack.cancel(early)
    stack.until_lines(late, 1)  # it has stalled, and is being ended for that
    assert stack.cancel(late)["status"] == "running"
    assert [stack.until(run_id)["reason"] for run_id in (early, late)] == ["user", "user_forced"]


def test_an_experiment_that_returned_is_measured_no_more(stack, begun):
    run = stack.until(begun["over_in_time"])
    assert (run["status"], run["reason"]) == ("completed", "ok")
