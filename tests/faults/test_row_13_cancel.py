"""Cancel at the moment of finishing, twice, while pending, before a retry, with Redis down (row 2): one ending."""

import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from fault_injection import Edge
from stack import running_stack


def test_at_the_moment_of_finishing(stack):
    endings = Counter()

    def one_after_another(tries):
        edge = Edge(0.3, 0.1)
        for _ in range(tries):
            run_id = stack.start("numbered", lines=30, tail_s=0.3)
            stack.until_lines(run_id, 30)
            edge.wait()
            stack.cancel(run_id)
            run = stack.until(run_id)
            ending = (run["status"], run["reason"])
            endings[ending] += 1
            edge.was(late=ending == ("completed", "ok"))
            stack.check_ledger(run_id, lines=30)  # none of them was cancelled before its last line
            again = stack.cancel(run_id)
            assert (again["status"], again["reason"], again["version"]) == (*ending, run["version"])

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one_after_another, [12] * 4))
    assert set(endings) == {("completed", "ok"), ("cancelled", "user")}


def test_polite_stubborn_and_forced(backend, tmp_path):
    with running_stack(backend, tmp_path, ATHANOR_CANCEL_GRACE="3s") as stack:
        polite = stack.start("numbered", lines=100_000, pause_s=0.01)
        stubborn = stack.start("stubborn")
        forced = stack.start("stubborn")
        for run_id in (polite, stubborn, forced):
            stack.until_lines(run_id, 3)
        asked_at = time.monotonic()
        assert stack.cancel(polite)["cancel_requested_at"] is not None
        stack.cancel(stubborn)
        stack.cancel(stubborn)
        before = stack.run(stubborn)
        assert before["status"] == "running"
        stack.cancel(forced, force=True)
        assert stack.until(polite)["reason"] == "user"
        assert stack.until(forced)["reason"] == "user_forced"
        assert stack.until(stubborn)["reason"] == "user_forced"
        assert 5.0 <= time.monotonic() - asked_at < 30  # three seconds of grace, two from TERM to KILL
        for run_id in (polite, stubborn, forced):
            assert stack.run(run_id)["status"] == "cancelled"
            stack.check_ledger(run_id)
        counted = sum(before["counts"]["logs"].values())
        assert len(stack.lines(stubborn)) > counted  # what it wrote after the request is kept


def test_while_pending_it_never_starts(backend, tmp_path):
    with running_stack(backend, tmp_path, ATHANOR_SLOTS="1") as stack:
        blocking = stack.start("numbered", lines=100_000, pause_s=0.01)
        stack.until_lines(blocking, 1)
        waiting = stack.start("numbered", lines=5)
        assert stack.run(waiting)["waiting"] == {"ahead": 0, "workers": 1}
        run = stack.cancel(waiting)
        assert (run["status"], run["reason"], run["attempt"]) == ("cancelled", "user", 0)
        stack.cancel(blocking)
        stack.until(blocking)
        stack.check_ledger(waiting, lines=0)


def test_asked_just_before_its_worker_dies(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="4s") as stack:
        worker = stack.start_worker()
        run_id = stack.start("stubborn")
        stack.until_lines(run_id, 3)
        stack.cancel(run_id)
        worker.kill()
        worker.wait()
        run = stack.until(run_id)
        assert (run["status"], run["reason"]) == ("cancelled", "user_forced")
        stack.check_ledger(run_id)
        assert stack.is_up()
