"""A worker killed in each state: one `lost` within the lease, nothing of it alive, the next run fine."""

import re
import time

import psutil
import pytest

from stack import eventually

LEASE_S = 3


def kill_worker(stack, process):
    process.kill()
    process.wait()


def is_dead(pid):
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def guards_of(worker):
    return {child.pid: child for child in psutil.Process(worker.pid).children(recursive=True)}


@pytest.fixture
def worker(backend, tmp_path):
    from stack import running_stack

    with running_stack(backend, tmp_path, workers=0) as stack:
        yield stack, stack.start_worker()


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.1])
def test_killed_while_claiming_and_spawning(worker, delay_s):
    stack, process = worker
    run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
    eventually(lambda: stack.run(run_id)["status"] == "running")
    time.sleep(delay_s)  # somewhere between the claim and the first line
    family = guards_of(process)
    kill_worker(stack, process)
    killed_at = time.monotonic()
    run = stack.until(run_id, seconds=LEASE_S * 3)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    assert time.monotonic() - killed_at < LEASE_S * 2 + 1
    eventually(lambda: all(is_dead(pid) for pid in family), what="the run's processes")
    stack.check_ledger(run_id)


def test_killed_while_running_takes_every_descendant_with_it(worker):
    stack, process = worker
    run_id = stack.start("family")
    eventually(lambda: any(line["message"] == "ready" for line in stack.lines(run_id)))
    pids = [int(match[1]) for line in stack.lines(run_id) if (match := re.match(r"pid (\d+)", line["message"]))]
    assert len(pids) == 3
    assert not any(is_dead(pid) for pid in pids)
    pids += list(guards_of(process))
    kill_worker(stack, process)
    eventually(lambda: all(is_dead(pid) for pid in pids), seconds=10, what=f"processes {pids}")
    run = stack.until(run_id, seconds=LEASE_S * 3)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    next_worker = stack.start_worker()
    following = stack.start("numbered", lines=10)
    assert stack.until(following)["reason"] == "ok"
    stack.check_ledger(following, lines=10)
    assert next_worker.poll() is None


def test_a_worker_started_again_ends_the_old_ones_runs_at_once(backend, tmp_path):
    from stack import running_stack

    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="120s") as stack:
        process = stack.start_worker()
        run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
        stack.until_lines(run_id, 5)
        kill_worker(stack, process)
        stack.start_worker()
        run = stack.until(run_id, seconds=2)
        assert (run["status"], run["reason"]) == ("failed", "lost")
        stack.check_ledger(run_id)


def test_killed_at_the_moment_of_finishing(worker):
    stack, process = worker
    endings = set()
    for _ in range(4):
        run_id = stack.start("numbered", lines=20)
        eventually(lambda run_id=run_id: stack.run(run_id)["counts"]["logs"]["info"] >= 1)
        kill_worker(stack, process)
        run = stack.until(run_id, seconds=LEASE_S * 3)
        endings.add(run["reason"])
        stack.check_ledger(run_id)
        process = stack.start_worker()
    assert endings <= {"ok", "lost"}
