"""Row 12: however the child ends, its lines are there, the ending is told truly, and nothing is left alive."""

import signal
from typing import Any

import pytest

from athanor.wire.reports import Result
from athanor.worker.process import RunProcess
from run_driver import Outcome, alive, execute, until

LINES = [f"line {i}" for i in range(100)]


def run(name: str, *arguments: Any, **options: Any) -> Outcome:
    return execute("endings", name, *arguments, **options)


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("leave_at_once", (3, None, None)),
        ("exit_zero", (0, None, "ok")),
        ("exit_five", (5, None, None)),
        ("kill_itself", (None, signal.SIGKILL, None)),
        ("memory_limit", (1, None, "error")),
        ("close_everything", (70, None, None)),
        ("close_everything_and_return", (70, None, None)),
    ],
)
def test_every_line_and_the_ending_arrive(name: str, ending: tuple[int | None, int | None, str | None]) -> None:
    outcome = run(name)
    assert (outcome.messages, outcome.ending) == (LINES, ending)
    assert not outcome.exit.oom
    assert outcome.seconds < 30


def test_a_segfault_keeps_the_last_line_and_leaves_a_traceback() -> None:
    outcome = run("segfault")
    assert outcome.ending == (None, signal.SIGSEGV, None)
    assert outcome.messages[:100] == LINES
    assert "unfinished" in outcome.messages
    assert any("Fatal Python error: Segmentation fault" in message for message in outcome.messages)


def test_the_text_of_sys_exit_is_kept() -> None:
    outcome = run("exit_text")
    assert (outcome.messages, outcome.ending) == (["no data today"], (1, None, None))


def test_memory_error_is_told_with_its_traceback() -> None:
    verdict = run("memory_limit").exit.verdict
    assert verdict is not None
    assert verdict.error == "MemoryError"
    assert verdict.traceback is None or "hoard.append" in verdict.traceback


def test_closing_stdout_silences_nothing() -> None:
    outcome = run("close_standard_descriptors")
    assert (outcome.messages, outcome.ending) == (["still heard", *LINES], (0, None, "ok"))


@pytest.mark.parametrize("name", ["daemon_holds_the_pipes", "grandchildren_in_own_sessions"])
def test_escaped_descendants_are_ended(name: str) -> None:
    outcome = run(name)
    assert outcome.ending == (0, None, "ok")
    assert [message for message in outcome.messages if message.startswith("line")] == LINES
    assert not any(alive(pid) for pid in outcome.result("pids"))
    assert "left running were ended" in outcome.messages[-1]
    assert outcome.seconds < 30


def test_a_child_that_ignores_every_signal_is_killed() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: any(isinstance(report, Result) for report in reports))
        process.terminate()
        process.cancel()
        process.kill()

    outcome = run("ignore_every_signal", steer)
    assert outcome.ending == (None, signal.SIGKILL, None)
    assert not any(alive(pid) for pid in outcome.result("pids"))


def test_a_chain_of_forks_is_caught() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: len(reports) > 1)
        process.kill()

    outcome = run("fork_away", steer)
    assert outcome.ending == (None, signal.SIGKILL, None)


def test_a_stopped_child_is_killed() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: len(reports) > 1)
        process.terminate()
        process.kill()

    assert run("stop_forever", steer).ending == (None, signal.SIGKILL, None)


def test_threads_that_go_on_are_ended_and_the_verdict_stands() -> None:
    outcome = run("threads_still_running")
    assert outcome.ending == (None, signal.SIGKILL, "ok")
    assert outcome.messages[:-1] == LINES
    assert "still running 5 s later" in outcome.messages[-1]
    assert 5 <= outcome.seconds < 30


def test_a_thread_may_finish_after_the_verdict() -> None:
    outcome = run("thread_ends_soon")
    assert (outcome.messages, outcome.ending) == (["the thread's last words"], (0, None, "ok"))


def test_a_forked_helper_is_refused_by_name_but_may_print() -> None:
    outcome = run("fork_helper")
    assert outcome.ending == (0, None, "ok")
    assert outcome.result("said").startswith("RunClosedError: this is a forked process")
    assert outcome.messages == ["printed by the helper"]


def test_garbage_on_the_socket_ends_the_run_with_the_reason() -> None:
    outcome = run("garbage_on_the_socket")
    assert (outcome.messages, outcome.ending) == (LINES, (None, signal.SIGKILL, None))
    assert outcome.exit.error is not None
    assert "not Athanor's" in outcome.exit.error


def test_a_killed_guard_takes_everything_along() -> None:
    outcome = run("kill_the_guard")
    assert not any(alive(pid) for pid in outcome.result("pids"))
    assert (outcome.messages, outcome.ending) == (LINES, (None, None, None))
    assert outcome.exit.error == "the guard process ended before it could report"
    assert outcome.seconds < 30
