"""SIGTERM to a worker whose database does not come back: it ends long before the lease does, and nothing of its runs is
left."""

import signal

import psutil
import pytest

from servers import Servers
from stack import eventually, running_stack


def _stopped(servers: Servers, database_url: str) -> None:
    servers.postgres.kill()


def _dropped(servers: Servers, database_url: str) -> None:
    servers.drop(database_url)


def _hangs(servers: Servers, database_url: str) -> None:
    postmaster = psutil.Process(servers.postgres.pid)
    for process in [postmaster, *postmaster.children(recursive=True)]:
        try:
            process.send_signal(signal.SIGSTOP)
        except psutil.NoSuchProcess:
            pass  # one of PostgreSQL's own comings and goings


def _heal(servers: Servers) -> None:
    if servers.postgres.process is not None:
        postmaster = psutil.Process(servers.postgres.pid)
        for process in [postmaster, *postmaster.children(recursive=True)]:
            process.send_signal(signal.SIGCONT)
    else:
        servers.postgres.start()


@pytest.mark.parametrize(("fate", "signals"), [(_stopped, 1), (_hangs, 2), (_dropped, 1)])
def test_a_worker_ends_though_it_cannot_tell_the_ledger(own_backend, tmp_path, fate, signals):
    with running_stack(
        own_backend,
        tmp_path,
        is_fine=lambda: fate is not _dropped,
        ATHANOR_LEASE="600s",
        ATHANOR_DRAIN="1s" if signals == 1 else "600s",
    ) as stack:
        run_id = stack.start("numbered", lines=1_000_000, pause_s=0.01)
        stack.until_lines(run_id, 20)
        (worker,) = stack.workers
        family = psutil.Process(worker.pid).children(recursive=True)
        assert family
        fate(own_backend.servers, own_backend.database_url)
        try:
            worker.terminate()
            if signals == 2:
                eventually(lambda: "draining" in stack.said(), what="the first signal")
                worker.terminate()
            assert worker.wait(120) == 0
            assert psutil.wait_procs(family, 30)[1] == []
        finally:
            _heal(own_backend.servers)
