"""A worker killed in each state: one `lost` within the lease, nothing of it alive, the next run fine."""

import re
import time

import psutil
import pytest

from fault_injection import Edge
from leftovers import processes
from stack import eventually, running_stack

LEASE_S = 3


def kill_worker(stack, process):
    process.kill()
    process.wait()


def is_dead(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def check_only_the_server_lives(stack):
    """Whatever the worker had started, or was about to: nothing of it, wherever it went."""
    eventually(lambda: [each.pid for each in processes(stack.mark)] == [stack.server.pid], what="the run's processes")


@pytest.fixture
def worker(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE=f"{LEASE_S}s") as stack:
        yield stack, stack.start_worker()


@pytest.mark.parametrize("delay_s", [0.0, 0.02, 0.05, 0.1])
def test_killed_while_claiming_and_spawning(worker, delay_s):
    stack, process = worker
    run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
    eventually(lambda: stack.run(run_id)["status"] == "running")
    time.sleep(delay_s)  # somewhere between the claim and the first line
    kill_worker(stack, process)
    killed_at = time.monotonic()
    run = stack.until(run_id)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    assert time.monotonic() - killed_at < LEASE_S * 2 + 15
    check_only_the_server_lives(stack)
    stack.check_ledger(run_id)


def test_killed_while_running_takes_every_descendant_with_it(worker):
    stack, process = worker
    run_id = stack.start("family")
    eventually(lambda: any(line["message"] == "ready" for line in stack.lines(run_id)))
    pids = [int(match[1]) for line in stack.lines(run_id) if (match := re.match(r"pid (\d+)", line["message"]))]
    assert len(pids) == 3
    assert not any(is_dead(pid) for pid in pids)
    kill_worker(stack, process)
    eventually(lambda: all(is_dead(pid) for pid in pids), what=f"processes {pids}")
    check_only_the_server_lives(stack)
    run = stack.until(run_id)
    assert (run["status"], run["reason"]) == ("failed", "lost")
    next_worker = stack.start_worker()
    following = stack.start("numbered", lines=10)
    assert stack.until(following)["reason"] == "ok"
    stack.check_ledger(following, lines=10)
    assert next_worker.poll() is None


def test_a_worker_started_again_ends_the_old_ones_runs_at_once(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="120s") as stack:
        process = stack.start_worker()
        run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
        stack.until_lines(run_id, 5)
        kill_worker(stack, process)
        stack.start_worker()
        run = stack.until(run_id, seconds=60)
        assert (run["status"], run["reason"]) == ("failed", "lost")
        stack.check_ledger(run_id)


def test_killed_at_the_moment_of_finishing(backend, tmp_path):
    endings = []
    edge = Edge(0.3, 0.1)
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="120s") as stack:
        process = stack.start_worker()
        while len(endings) < 6 or set(endings) != {"ok", "lost"}:
            assert len(endings) < 30, endings
            run_id = stack.start("numbered", lines=20, tail_s=0.3)
            stack.until_lines(run_id, 20)
            edge.wait()
            kill_worker(stack, process)
            check_only_the_server_lives(stack)
            process = stack.start_worker()  # which ends what the dead one left
            run = stack.until(run_id)
            endings.append(run["reason"])
            edge.was(late=run["reason"] == "ok")
            stack.check_ledger(run_id, lines=20)
