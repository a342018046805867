"""A worker that is frozen, or cut off from PostgreSQL, for longer than its lease: one ending, nothing written after
it, and a worker that takes runs again, also when the experiment was flooding it."""

import os
import signal
import time

import psutil
import pytest

from stack import eventually, running_stack


@pytest.fixture
def one_slot(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_SLOTS="1", ATHANOR_LEASE="2s") as stack:
        yield stack, stack.start_worker()


def check_lost_once(stack, worker, run_id):
    run = stack.until(run_id, seconds=15)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    following = stack.start("numbered", lines=10)
    assert stack.until(following, seconds=20)["reason"] == "ok"
    stack.check_ledger(following, lines=10)
    again = stack.run(run_id)
    assert {**again, "version": 0} == {**run, "version": 0}
    stack.check_ledger(run_id)
    eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), what="a process of the lost run")
    assert worker.poll() is None


@pytest.mark.parametrize("pause_s", [0.0, 0.01])
def test_frozen_past_its_lease_then_continued(one_slot, pause_s):
    stack, worker = one_slot
    run_id = stack.start("numbered", lines=50_000_000, pause_s=pause_s)
    stack.until_lines(run_id, 10)
    (guard, *_) = psutil.Process(worker.pid).children()
    os.kill(worker.pid, signal.SIGSTOP)
    try:
        eventually(lambda: stack.run(run_id)["status"] == "failed", seconds=10)
        eventually(lambda: not guard.is_running() or guard.status() == psutil.STATUS_ZOMBIE, seconds=5)
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    check_lost_once(stack, worker, run_id)


@pytest.mark.parametrize("pause_s", [0.0, 0.01])
def test_postgresql_away_for_longer_than_the_lease(one_slot, backend, pause_s):
    stack, worker = one_slot
    run_id = stack.start("numbered", lines=50_000_000, pause_s=pause_s)
    stack.until_lines(run_id, 10)
    backend.servers.postgres.kill()
    try:
        time.sleep(4)  # twice the lease
        eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), what="a process of the lost run")
    finally:
        backend.servers.postgres.start()
    check_lost_once(stack, worker, run_id)


def test_frozen_for_less_than_the_lease_is_lost_too_and_says_so(backend, tmp_path):
    """The guard ends what a frozen worker had before anybody else may take it: at three quarters of the lease."""
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="8s") as stack:
        worker = stack.start_worker()
        run_id = stack.start("numbered", lines=100_000, pause_s=0.05)
        stack.until_lines(run_id, 3)
        (guard, *_) = psutil.Process(worker.pid).children()
        os.kill(worker.pid, signal.SIGSTOP)
        try:
            eventually(lambda: not guard.is_running() or guard.status() == psutil.STATUS_ZOMBIE, seconds=10)
            assert stack.run(run_id)["status"] == "running"
        finally:
            os.kill(worker.pid, signal.SIGCONT)
        check_lost_once(stack, worker, run_id)
