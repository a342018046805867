"""Two worker hosts, one cut off: for less than the lease no harm; for longer its processes end themselves, and the
run is lost once."""

import time
from datetime import UTC, datetime

import psutil
import pytest

from followers import Followers
from stack import eventually, running_stack
from worker_hosts import missing, worker_hosts


@pytest.fixture
def two_hosts(request, backend, tmp_path):
    """The stack, the first host with its worker, the run and followers of each host, and the file that ends runs."""
    if lacking := missing():
        pytest.skip(f"row 20 was not run: {lacking}")
    with (
        worker_hosts(backend, 2) as there,
        running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE=request.param, ATHANOR_SLOTS="1") as stack,
    ):
        is_enough = tmp_path / "enough"
        workers = [stack.start_worker(within=host.inside.enter, **there.settings(host)) for host in there.hosts]
        run_ids = [stack.start("numbered", lines=1_000_000, pause_s=0.005, until=str(is_enough)) for _ in workers]
        followers = [Followers(stack.stream_url, run_id, 2) for run_id in run_ids]
        for run_id in run_ids:
            stack.until_lines(run_id, 20)
        by_pid = {worker["pid"]: worker["id"] for worker in stack.http.get("/api/workers").json()["items"]}
        runs = {stack.run(run_id)["worker_id"]: number for number, run_id in enumerate(run_ids)}
        places = [runs[by_pid[worker.pid]] for worker in workers]
        yield (
            stack,
            there.hosts[0],
            workers[0],
            [(run_ids[place], followers[place]) for place in places],
            is_enough,
        )
        there.hosts[0].plug()


@pytest.mark.parametrize("two_hosts", ["12s"], indirect=True)
def test_cut_off_for_less_than_the_lease(two_hosts):
    stack, host, _, runs, is_enough = two_hosts
    host.pull()
    time.sleep(2)
    before = sum(stack.run(runs[0][0])["counts"]["logs"].values())
    host.plug()
    stack.until_lines(runs[0][0], before + 100)
    is_enough.touch()
    for run_id, followers in runs:
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["attempt"]) == ("completed", "ok", 1)
        stack.check_ledger(run_id, *followers.wait(), lines=stack.written(run_id))


@pytest.mark.parametrize("two_hosts", ["12s"], indirect=True)
def test_cut_off_for_longer(two_hosts, tmp_path):
    stack, host, worker, ((cut_off, its_followers), (undisturbed, others)), is_enough = two_hosts
    host.pull()
    # Nobody can reach that host: what runs there must end itself, before anybody else may take the run.
    eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), what="a process of the run")
    ended_at = datetime.now(UTC)
    lost = stack.until(cut_off)
    assert (lost["status"], lost["reason"]) == ("failed", "lost")
    assert ended_at < datetime.fromisoformat(lost["completed_at"])
    is_enough.touch()
    assert stack.until(undisturbed)["reason"] == "ok"
    stack.check_ledger(undisturbed, *others.wait(), lines=stack.written(undisturbed))
    host.plug()
    # Both hosts take runs again, and the lost one stays as it ended.
    is_over = tmp_path / "over"
    following = [stack.start("numbered", lines=1_000_000, pause_s=0.01, until=str(is_over)) for _ in range(2)]
    for run_id in following:
        stack.until(run_id, "running")
    assert len({stack.run(run_id)["worker_id"] for run_id in following}) == 2
    is_over.touch()
    for run_id in following:
        assert stack.until(run_id)["reason"] == "ok"
        stack.check_ledger(run_id, lines=stack.written(run_id))
    assert stack.run(cut_off) == lost
    stack.check_ledger(cut_off, *its_followers.wait())
    assert worker.poll() is None
