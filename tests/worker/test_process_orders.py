"""The worker's handle on a run: back pressure, orders, failures of its own, and nothing left over."""

import asyncio
import gc
import os
import resource
import signal
import time
from typing import Any

import pytest

from athanor.wire.reports import Report, Result
from athanor.worker.child_environment import child_environment
from athanor.worker.process import RunProcess
from run_driver import alive, assignment, descriptors, execute, start, until


def open_now() -> int:
    """Descriptors of this process, without those that earlier tests dropped and nobody has collected yet."""
    gc.collect()
    return descriptors()


def pids_of(reports: list[Report]) -> list[int]:
    return [int(pid) for report in reports if isinstance(report, Result) for pid in report.value.strip("[]").split(",")]


def test_pausing_stops_the_experiment_and_resuming_loses_nothing() -> None:
    seen: list[int] = []

    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: len(reports) > 100)
        process.pause()
        process.pause()
        held = len(reports)
        await asyncio.sleep(0.3)
        seen.append(len(reports) - held)
        assert process.pid is not None
        assert alive(process.pid)
        process.resume()
        process.resume()

    outcome = execute("reporting", "floods", steer, count=100_000)
    assert outcome.ending == (0, None, "ok")
    assert outcome.messages == [f"line {i}" for i in range(100_000)]
    assert seen == [0]


def test_a_paused_run_that_ends_is_delivered_after_resuming() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        process.pause()
        waiting = asyncio.create_task(process.wait())
        await until(lambda: process.pid is not None)
        pid = process.pid
        assert pid is not None
        await until(lambda: not alive(pid))
        assert reports == []
        await asyncio.sleep(0.05)
        assert not waiting.done()
        process.resume()
        await waiting

    outcome = execute("endings", "exit_zero", steer)
    assert (len(outcome.messages), outcome.ending) == (100, (0, None, "ok"))


def test_a_paused_run_can_be_killed_while_it_blocks() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: len(reports) > 100)
        process.pause()
        process.kill()
        await asyncio.sleep(0.2)
        process.resume()

    outcome = execute("reporting", "floods", steer, count=1_000_000)
    assert outcome.ending == (None, signal.SIGKILL, None)
    assert outcome.messages == [f"line {i}" for i in range(len(outcome.messages))]


def test_a_flood_leaves_the_event_loop_breathing() -> None:
    gaps: list[float] = []

    async def steer(process: RunProcess, _: list[Any]) -> None:
        ended = asyncio.create_task(process.wait())
        while not ended.done():
            before = time.monotonic()
            await asyncio.sleep(0.001)
            gaps.append(time.monotonic() - before)

    outcome = execute("reporting", "floods", steer, count=100_000)
    assert len(outcome.messages) == 100_000
    assert sorted(gaps)[len(gaps) // 2] < 0.2


def test_cancelling_the_wait_leaves_the_run_alone() -> None:
    async def steer(process: RunProcess, reports: list[Any]) -> None:
        await until(lambda: pids_of(reports))
        waiting = asyncio.create_task(process.wait())
        await asyncio.sleep(0.05)
        waiting.cancel()
        await asyncio.wait([waiting])
        assert all(alive(pid) for pid in pids_of(reports))
        process.kill()

    assert execute("endings", "wait_for_orders", steer).ending == (None, signal.SIGKILL, None)


def test_abandoning_ends_everything_and_delivers_nothing_more() -> None:
    async def main() -> None:
        before = open_now()
        reports: list[Report] = []
        process = await start(assignment("endings", "wait_for_orders"), reports.extend)
        await until(lambda: pids_of(reports))
        pids, count = pids_of(reports), len(reports)
        process.pause()
        await process.abandon()
        assert len(reports) == count
        assert not any(alive(pid) for pid in pids)
        assert open_now() <= before
        process.cancel()
        process.pet()
        process.kill()

    asyncio.run(main())


def test_what_on_reports_raises_comes_out_of_wait() -> None:
    async def main() -> list[int]:
        pids: list[int] = []

        def refuse(reports: list[Report]) -> None:
            pids.extend(pids_of(reports))
            if pids:
                raise RuntimeError("the ledger is gone")

        process = await start(assignment("endings", "wait_for_orders"), refuse)
        with pytest.raises(RuntimeError, match="the ledger is gone"):
            await process.wait()
        return pids

    pids = asyncio.run(main())
    assert pids
    assert not any(alive(pid) for pid in pids)


def test_a_start_that_is_cancelled_leaves_nothing() -> None:
    async def main() -> None:
        before = open_now()
        for delay_s in (0.0, 0.001, 0.003, 0.005, 0.01):
            starting = asyncio.create_task(start(assignment("endings", "wait_for_orders"), lambda _: None))
            await asyncio.sleep(delay_s)
            if starting.cancel():
                await asyncio.wait([starting])
            if not starting.cancelled():
                await starting.result().abandon()
        await until(lambda: open_now() <= before)

    asyncio.run(main())


def test_a_start_without_descriptors_leaves_nothing() -> None:
    async def main() -> None:
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        before = open_now()
        try:
            for spare in range(1, 12):
                resource.setrlimit(resource.RLIMIT_NOFILE, (before + spare, hard))
                try:
                    process = await start(assignment("endings", "exit_zero"), lambda _: None)
                except OSError:
                    continue
                await process.abandon()
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        await until(lambda: open_now() <= before)

    asyncio.run(main())


def test_runs_side_by_side_do_not_hold_each_other() -> None:
    async def main() -> None:
        kept: list[list[Report]] = [[] for _ in range(4)]
        processes = [await start(assignment("endings", "wait_for_orders"), part.extend) for part in kept]
        await until(lambda: all(pids_of(part) for part in kept))
        processes[0].kill()
        ended = await processes[0].wait()
        assert ended.signal == signal.SIGKILL
        assert not any(alive(pid) for pid in pids_of(kept[0]))
        assert all(alive(pid) for part in kept[1:] for pid in pids_of(part))
        await asyncio.gather(*(process.abandon() for process in processes[1:]))

    asyncio.run(main())


def test_the_servers_secrets_stay_with_the_server() -> None:
    secrets = {"ATHANOR_TOKEN": "t", "ATHANOR_DATABASE_URL": "d", "ATHANOR_REDIS_URL": "r"}
    assert child_environment({**secrets, "PATH": "/bin", "ATHANOR_SLOTS": "2"}) == {
        "PATH": "/bin",
        "ATHANOR_SLOTS": "2",
    }


def test_nothing_of_the_worker_is_inherited() -> None:
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    try:
        outcome = execute("endings", "descriptors")
    finally:
        os.close(reader)
        os.close(writer)
    # 0, 1, 2, the socket to the worker, and the folder that is being listed
    assert len(outcome.result("descriptors")) == 5
