"""Row 12 as the ledger tells it: each way a child can end, with its status and reason, every line, nothing alive."""

from pathlib import Path

import psutil
import pytest

from followers import Followers
from stack import eventually, running_stack

ENDINGS = {
    "segfault": ("failed", "exit", "SIGSEGV"),
    "leave_at_once": ("failed", "exit", "code 3"),
    "exit_zero": ("completed", "ok", None),
    "exit_five": ("failed", "exit", "code 5"),
    "kill_itself": ("failed", "exit", "SIGKILL"),
    "memory_limit": ("failed", "error", "MemoryError"),
    "close_everything": ("failed", "exit", "code 70"),
    "close_standard_descriptors": ("completed", "ok", None),
    "daemon_holds_the_pipes": ("completed", "ok", None),
    "grandchildren_in_own_sessions": ("completed", "ok", None),
    "threads_still_running": ("completed", "ok", None),
    "fork_helper": ("completed", "ok", None),
}


@pytest.fixture
def samples(backend, tmp_path):
    folder = Path(__file__).parents[1] / "sample_experiments"
    with running_stack(backend, tmp_path, workers=0, ATHANOR_EXPERIMENTS=str(folder)) as stack:
        yield stack, stack.start_worker()


def test_every_way_to_end(samples):
    stack, worker = samples
    runs = {name: stack.start(name) for name in ENDINGS}
    followers = {name: Followers(stack.stream_url, run_id, 1) for name, run_id in runs.items()}
    told = {}
    for name, run_id in runs.items():
        run = stack.until(run_id)
        expected = ENDINGS[name]
        told[name] = (
            run["status"],
            run["reason"],
            expected[2] if (expected[2] or "") in (run["error"] or "") else run["error"],
        )
        stack.check_ledger(run_id, *followers[name].wait(), lines=0 if name == "fork_helper" else 100)
    assert told == ENDINGS
    eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), what="a process of a run")
