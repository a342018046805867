"""A memory limit: kept by the kernel for all processes of a run where the machine lets a worker make control groups,
otherwise named in the run's own log; and nothing of it stays behind.

Which of the two a machine can show, it shows; the other half is proven by `test_a_limit_that_cannot_be_kept`.
"""

import os
import signal

import psutil
import pytest

from athanor.worker import memory_group
from athanor.worker.memory_group import NoMemoryGroupError, make_memory_group, remove_memory_group
from run_driver import execute
from stack import EXPERIMENTS, eventually, running_stack

MIB = 2**20


def why_not():
    """Why this machine lets nobody make a group; None where it does."""
    try:
        group = make_memory_group(64 * MIB)
    except NoMemoryGroupError as error:
        return str(error)
    remove_memory_group(group)
    return None


def groups():
    return {group for place in memory_group._places([]) for group in place.folder.glob("athanor-run-*")}


def warnings(stack, run_id):
    return [line["message"] for line in stack.lines(run_id) if line["level"] == "warn"]


def test_more_than_the_limit_ends_the_run_by_name_and_less_does_not(stack):
    reason = why_not()
    above, below, child = (
        stack.start("hungry", megabytes=400),
        stack.start("hungry", megabytes=60),
        stack.start("hungry", megabytes=400, in_child=True),
    )
    runs = {run_id: stack.until(run_id) for run_id in (above, below, child)}
    assert runs[below]["reason"] == "ok"
    if reason is not None:
        note = f"the memory limit of 160 MiB cannot be kept here: {reason}"
        assert [warnings(stack, run_id) for run_id in runs] == [[note]] * 3
        assert {run["reason"] for run in runs.values()} == {"ok"}
        pytest.skip(f"row 12, a memory limit that the kernel keeps, was not run: {reason}")
    assert (runs[above]["status"], runs[above]["reason"]) == ("failed", "exit")
    assert runs[above]["error"] == (
        "The run ran out of memory: it needed more than its limit of 160 MiB, and the kernel ended it."
    )
    assert [warnings(stack, run_id) for run_id in runs] == [[], [], []]
    (result,) = stack.http.get(f"/api/runs/{child}/results").json()["items"]
    assert (runs[child]["reason"], result["preview"]) == ("ok", -signal.SIGKILL)
    stack.check_ledger(above, lines=1)
    eventually(lambda: not groups(), what="a control group")


def test_nothing_stays_behind_when_worker_and_guard_are_killed(backend, tmp_path):
    if reason := why_not():
        pytest.skip(f"row 12, the groups of killed workers, was not run: {reason}")
    with running_stack(backend, tmp_path, workers=0) as stack:
        worker = stack.start_worker()
        run_id = stack.start("hungry", megabytes=1, nap_s=600)
        stack.until_lines(run_id, 2)
        (group,) = groups()
        worker.kill()
        worker.wait()
        eventually(lambda: not group.exists(), what="the group of a killed worker")
        worker = stack.start_worker()
        run_id = stack.start("hungry", megabytes=1, nap_s=600)
        stack.until_lines(run_id, 2)
        (group,) = groups()
        child = int((group / "cgroup.procs").read_text().split()[0])
        guard = psutil.Process(child).ppid()
        os.kill(worker.pid, signal.SIGSTOP)
        os.kill(guard, signal.SIGKILL)
        worker.kill()
        worker.wait()
        assert group.exists()
        stack.start_worker()
        eventually(lambda: not group.exists(), what="the group that worker and guard left")
        assert stack.until(run_id)["reason"] == "lost"


@pytest.mark.parametrize("groups_of_process", ["0::/\n", "3:cpu:/\n", "4:memory:/nowhere/at/all\n", ""])
def test_a_limit_that_cannot_be_kept(tmp_path, monkeypatch, groups_of_process):
    (tmp_path / "own").write_text(groups_of_process)
    monkeypatch.setattr(memory_group, "OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(memory_group, "CONTROL_GROUPS", tmp_path)
    with pytest.raises(NoMemoryGroupError, match=r"does not pass|offers no memory|No such file"):
        make_memory_group(64 * MIB)


def test_a_group_that_cannot_be_joined_is_named_and_the_run_starts_without(tmp_path, monkeypatch):
    monkeypatch.setattr("athanor.worker.process.make_memory_group", lambda limit: tmp_path / "gone")
    outcome = execute("hungry", "hungry", folder=EXPERIMENTS, memory_bytes=160 * MIB, megabytes=200)
    assert outcome.ending == (0, None, "ok")
    assert outcome.exit.memory_bytes is None
    assert [(log.level, log.message) for log in outcome.logs] == [
        ("warn", f"the memory limit of 160 MiB cannot be kept here: {tmp_path}: No such file or directory"),
        ("info", "line 0"),
        ("info", "line 1"),
    ]


def test_in_version_2_the_group_stands_where_the_memory_controller_is_passed_on(tmp_path, monkeypatch):
    """Files that look like a delegated hierarchy: where the kernel has version 2 alone, the tests above use it."""
    service = tmp_path / "user.slice" / "athanor.service"
    service.mkdir(parents=True)
    (service / "cgroup.subtree_control").write_text("\n")
    (service.parent / "cgroup.subtree_control").write_text("cpu memory pids\n")
    (tmp_path / "own").write_text("0::/user.slice/athanor.service\n")
    monkeypatch.setattr(memory_group, "OWN_GROUPS", tmp_path / "own")
    monkeypatch.setattr(memory_group, "CONTROL_GROUPS", tmp_path)
    group = make_memory_group(64 * MIB)
    assert group.parent == service.parent
    assert {file.name: file.read_text() for file in group.iterdir()} == {
        "memory.max": str(64 * MIB),
        "memory.swap.max": "0",
    }
