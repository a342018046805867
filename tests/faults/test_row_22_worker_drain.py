"""SIGTERM to a worker under load: it drains, a second signal skips the wait, nothing is left and nothing runs twice."""

import time

import psutil

from attempts import check_streams, numbers_by_attempt
from stack import eventually, running_stack


def test_runs_that_end_in_time_complete_and_the_others_are_interrupted(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_DRAIN="6s") as stack:
        worker = stack.start_worker()
        short = stack.start("numbered", lines=60, pause_s=0.01)
        long = stack.start("numbered", lines=100_000, pause_s=0.01)
        for run_id in (short, long):
            stack.until_lines(run_id, 3)
        family = psutil.Process(worker.pid).children(recursive=True)
        worker.terminate()
        pending = stack.start("numbered", lines=3)
        assert worker.wait(60) == 0
        assert stack.run(short)["reason"] == "ok"
        ended = stack.run(long)
        assert (ended["status"], ended["reason"]) == ("failed", "interrupted")
        assert stack.run(pending)["status"] == "pending"
        assert psutil.wait_procs(family, 60)[1] == []
        stack.start_worker()
        stack.check_ledger(short, lines=60)
        stack.check_ledger(long)
        assert stack.until(pending)["reason"] == "ok"
        assert stack.run(long)["attempt"] == 1


def test_a_second_signal_does_not_wait(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_DRAIN="60s") as stack:
        worker = stack.start_worker()
        run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
        stack.until_lines(run_id, 3)
        worker.terminate()
        eventually(lambda: "draining" in stack.said(), what="the first wait")
        assert worker.poll() is None
        started = time.monotonic()
        worker.terminate()
        assert worker.wait(60) == 0
        assert time.monotonic() - started < 30
        assert stack.run(run_id)["reason"] == "interrupted"
        stack.check_ledger(run_id)


def test_it_stops_whenever_the_signal_comes(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0) as stack:
        for number in range(4):
            worker = stack.start_worker()
            time.sleep(0.03 * number)
            worker.terminate()
            assert worker.wait(60) == 0


def test_an_interrupted_run_goes_on_at_another_worker_where_it_asked_for_that(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_DRAIN="200ms") as stack:
        first = stack.start_worker()
        run_id = stack.start("resumed", lines=150, pause_s=0.01)
        stack.until_lines(run_id, 10)
        first.terminate()
        assert first.wait(60) == 0
        waiting = stack.run(run_id)
        assert (waiting["status"], waiting["attempt"], waiting["reason"]) == ("pending", 1, None)
        stack.start_worker()
        run = stack.until(run_id)
        assert [one["reason"] for one in run["attempts"]] == ["interrupted", "ok"]
        before, after = numbers_by_attempt(check_streams(stack, run_id)).values()
        assert before == list(range(len(before)))
        # The request to stop may have come between a line and its checkpoint.
        assert after[0] in (len(before) - 1, len(before))
        assert after == list(range(after[0], 150))
