"""A frozen worker that goes on while another one has the next attempt: refused, and nothing of it is mixed in."""

import os
import signal

from attempts import check_streams, numbers_by_attempt, worker_of
from stack import eventually, running_stack


def test_the_old_attempt_goes_on_while_the_new_one_writes(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="2s", ATHANOR_SLOTS="1") as stack:
        workers = [stack.start_worker(), stack.start_worker()]
        run_id = stack.start("repeated", lines=300, pause_s=0.01)
        stack.until_lines(run_id, 10)
        frozen = worker_of(stack, workers, run_id)
        os.kill(frozen.pid, signal.SIGSTOP)
        try:
            eventually(lambda: stack.run(run_id)["attempt"] == 2, seconds=15)
            stack.until_lines(run_id, stack.run(run_id)["attempts"][1]["logs"] + 10)
        finally:
            os.kill(frozen.pid, signal.SIGCONT)
        run = stack.until(run_id, seconds=20)
        assert (run["status"], run["attempt"]) == ("completed", 2)
        assert [one["reason"] for one in run["attempts"]] == ["lost", "ok"]
        first, second = numbers_by_attempt(check_streams(stack, run_id)).values()
        assert first == list(range(len(first)))
        assert second == list(range(300))
        following = [stack.start("resumed", lines=5) for _ in range(4)]  # the one that was frozen takes runs again
        assert {stack.until(each)["reason"] for each in following} == {"ok"}
        assert frozen.poll() is None
