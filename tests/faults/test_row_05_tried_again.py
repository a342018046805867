"""A frozen worker that goes on while another one has the next attempt: refused, and nothing of it is mixed in."""

import os
import signal

from attempts import check_streams, numbers_by_attempt, worker_of
from stack import eventually, running_stack


def test_the_old_attempt_goes_on_while_the_new_one_writes(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="6s", ATHANOR_SLOTS="1") as stack:
        workers = [stack.start_worker(), stack.start_worker()]
        run_id = stack.start("repeated", lines=500, pause_s=0.01)
        stack.until_lines(run_id, 10)
        frozen_id = stack.run(run_id)["worker_id"]
        frozen = worker_of(stack, workers, run_id)
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            eventually(lambda: stack.run(run_id)["attempt"] == 2, what="the next attempt")
            stack.until_lines(run_id, stack.run(run_id)["attempts"][1]["logs"] + 10)
        finally:
            os.kill(frozen.pid, signal.SIGCONT)
        run = stack.until(run_id)
        assert (run["status"], run["attempt"]) == ("completed", 2)
        assert [one["reason"] for one in run["attempts"]] == ["lost", "ok"]
        assert [one["worker_id"] == frozen_id for one in run["attempts"]] == [True, False]
        first, second = numbers_by_attempt(check_streams(stack, run_id)).values()
        assert first == list(range(len(first)))
        assert second == list(range(500))
        # The one that was frozen takes runs again: each has one slot, so of two at once one is its.
        following = [stack.start("numbered", lines=1_000_000, pause_s=0.01) for _ in workers]
        for each in following:
            stack.until(each, "running")
        assert frozen_id in {stack.run(each)["worker_id"] for each in following}
        for each in following:
            stack.cancel(each)
            assert stack.until(each)["reason"] == "user"
            stack.check_ledger(each)
        assert frozen.poll() is None
