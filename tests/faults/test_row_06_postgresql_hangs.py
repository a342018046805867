"""PostgreSQL that takes connections and answers none of them: the processes of a run are gone before its lease is."""

import signal
import time

import psutil

from stack import eventually, running_stack

LEASE_S = 8.0


def _lives(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _signal(processes: list[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            pass  # one of PostgreSQL's own comings and goings


def test_a_worker_whose_queries_hang_lets_go_before_anybody_else_may_take_the_run(own_backend, tmp_path):
    with running_stack(own_backend, tmp_path, ATHANOR_LEASE=f"{LEASE_S}s") as stack:
        run_id = stack.start("numbered", lines=1_000_000, pause_s=0.01)
        stack.until_lines(run_id, 20)
        (worker,) = stack.workers
        family = psutil.Process(worker.pid).children(recursive=True)
        assert family
        postmaster = psutil.Process(own_backend.servers.postgres.pid)
        frozen = [postmaster, *postmaster.children(recursive=True)]
        _signal(frozen, signal.SIGSTOP)
        began = time.monotonic()
        try:
            eventually(lambda: not any(map(_lives, family)), seconds=4 * LEASE_S, what="a process of the run")
            let_go_s = time.monotonic() - began
        finally:
            _signal(frozen, signal.SIGCONT)
        assert let_go_s < LEASE_S
        run = stack.until(run_id)
        assert (run["status"], run["reason"]) == ("failed", "lost")
        stack.check_ledger(run_id)
        following = stack.start("numbered", lines=10)
        assert stack.until(following)["reason"] == "ok"
        stack.check_ledger(following, lines=10)
