"""A run of each ending of the design, on a real worker."""

import pytest

from stack import running_stack

ENDINGS = [
    ("numbered", "completed", "ok", None),
    ("fails", "failed", "error", "ValueError: on purpose"),
    ("reports", "failed", "reported", "not good enough"),
    ("leaves", "failed", "exit", "exited with code 3"),
    ("slow", "failed", "timeout", "longer than its timeout of 0.5 s"),
    ("slow_and_deaf", "failed", "timeout", "longer than its timeout of 0.5 s"),
]


@pytest.fixture
def every_ending(backend, tmp_path):
    """The deaf one lets the grace pass."""
    with running_stack(backend, tmp_path, ATHANOR_CANCEL_GRACE="1s") as stack:
        yield stack, {name: stack.start(name) for name, *_ in ENDINGS}


def test_each_has_its_status_reason_and_words(every_ending):
    stack, runs = every_ending
    for name, status, reason, error in ENDINGS:
        run = stack.until(runs[name])
        assert (run["status"], run["reason"]) == (status, reason), (name, run)
        assert run["error"] is None if error is None else error in run["error"], (name, run["error"])
        assert run["completed_at"] > run["started_at"] > run["created_at"]
        assert run["attempt"] == 1
        stack.check_ledger(runs[name])
    failed = stack.run(runs["fails"])
    assert "in fails\n" in failed["traceback"]
    assert 'raise ValueError("on purpose")' in failed["traceback"]
    assert "athanor/child" not in failed["traceback"]
    done = stack.run(runs["numbered"])
    assert done["progress"] == {"current": 100.0, "total": 100.0, "message": None}
    assert done["counts"] == {"logs": {"debug": 0, "info": 100, "warn": 0, "error": 0}, "results": 1, "metrics": 1}
    environment = done["environment"]
    assert set(environment) == {"host", "platform", "python", "packages", "seed", "git", "source_hash"}
    assert environment["packages"]["msgspec"]
    assert len(environment["git"]["commit"]) == 40
