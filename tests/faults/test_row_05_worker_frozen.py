"""A worker that is frozen, or cut off from PostgreSQL, for longer than its lease: one ending, nothing written after
it, and a worker that takes runs again, also when the experiment was flooding it."""

import os
import signal
import time

import psutil
import pytest

from stack import eventually, running_stack

LEASE_S = 4


def is_dead(process):
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture
def one_slot(own_backend, tmp_path):
    with running_stack(own_backend, tmp_path, workers=0, ATHANOR_SLOTS="1", ATHANOR_LEASE=f"{LEASE_S}s") as stack:
        yield stack, stack.start_worker()


def check_lost_once(stack, worker, run_id):
    run = stack.until(run_id)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    following = stack.start("numbered", lines=10)
    assert stack.until(following)["reason"] == "ok"
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
        eventually(lambda: stack.run(run_id)["status"] == "failed", what="the run's end")
        eventually(lambda: is_dead(guard), what="the guard's end")
    finally:
        os.kill(worker.pid, signal.SIGCONT)
    check_lost_once(stack, worker, run_id)


@pytest.mark.parametrize("pause_s", [0.0, 0.01])
def test_postgresql_away_for_longer_than_the_lease(one_slot, own_backend, pause_s):
    stack, worker = one_slot
    run_id = stack.start("numbered", lines=50_000_000, pause_s=pause_s)
    stack.until_lines(run_id, 10)
    own_backend.servers.postgres.kill()
    try:
        time.sleep(LEASE_S + 1)
        eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), what="a process of the lost run")
    finally:
        own_backend.servers.postgres.start()
    check_lost_once(stack, worker, run_id)


def test_frozen_for_less_than_the_lease_is_lost_too_and_says_so(own_backend, tmp_path):
    """The guard ends what a frozen worker had before anybody else may take it: at three quarters of the lease."""
    with running_stack(own_backend, tmp_path, workers=0, ATHANOR_LEASE="12s") as stack:
        worker = stack.start_worker()
        run_id = stack.start("numbered", lines=100_000, pause_s=0.05)
        stack.until_lines(run_id, 3)
        (guard, *_) = psutil.Process(worker.pid).children()
        os.kill(worker.pid, signal.SIGSTOP)
        try:
            eventually(lambda: is_dead(guard), what="the guard's end")
            assert stack.run(run_id)["status"] == "running"
        finally:
            os.kill(worker.pid, signal.SIGCONT)
        check_lost_once(stack, worker, run_id)
