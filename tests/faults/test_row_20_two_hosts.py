"""Two worker hosts, one cut off: for less than the lease no harm; for longer its processes end themselves, and the
run is lost once."""

import time

import psutil
import pytest

from followers import Followers
from stack import eventually, running_stack
from worker_hosts import missing, worker_hosts


@pytest.fixture
def two_hosts(backend, tmp_path):
    if lacking := missing():
        pytest.skip(f"row 20 was not run: {lacking}")
    with (
        worker_hosts(backend, 2) as there,
        running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="4s", ATHANOR_SLOTS="1") as stack,
    ):
        workers = [stack.start_worker(within=host.inside.enter, **there.settings(host)) for host in there.hosts]
        run_ids = [stack.start("numbered", lines=2_000, pause_s=0.005) for _ in workers]
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
        )
        there.hosts[0].plug()


def test_cut_off_for_less_than_the_lease(two_hosts):
    stack, host, _, runs = two_hosts
    host.pull()
    time.sleep(1.5)  # the lease is four seconds
    host.plug()
    for run_id, followers in runs:
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["attempt"]) == ("completed", "ok", 1)
        stack.check_ledger(run_id, *followers.wait(), lines=2_000)


def test_cut_off_for_longer(two_hosts):
    stack, host, worker, ((cut_off, its_followers), (undisturbed, others)) = two_hosts
    host.pull()
    # Nobody can reach that host: what runs there must end itself, before anybody else may take the run.
    eventually(lambda: not psutil.Process(worker.pid).children(recursive=True), seconds=10, what="a process of the run")
    lost = stack.until(cut_off, seconds=10)
    assert (lost["status"], lost["reason"]) == ("failed", "lost")
    assert stack.until(undisturbed)["reason"] == "ok"
    stack.check_ledger(undisturbed, *others.wait(), lines=2_000)
    host.plug()
    # Both hosts take runs again, and the lost one stays as it ended.
    following = [stack.start("numbered", lines=300, pause_s=0.01) for _ in range(2)]
    for run_id in following:
        assert stack.until(run_id, seconds=30)["reason"] == "ok"
    assert len({stack.run(run_id)["worker_id"] for run_id in following}) == 2
    assert stack.run(cut_off) == lost
    stack.check_ledger(cut_off, *its_followers.wait())
    assert worker.poll() is None
