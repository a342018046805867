"""Runs experiments of `tests/sample_experiments` through the real guard and child, and keeps what they report."""

import asyncio
import gc
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from athanor.wire.control import Assignment
from athanor.wire.reports import Log, LogBatch, Metric, Report, Result
from athanor.worker.process import Exit, RunProcess

FOLDER = Path(__file__).parent / "sample_experiments"


class Outcome(msgspec.Struct):
    """Everything one run left behind."""

    exit: Exit
    reports: list[Report]
    seconds: float

    @property
    def logs(self) -> list[Log]:
        found: list[Log] = []
        for report in self.reports:
            found += report.entries if isinstance(report, LogBatch) else [report] if isinstance(report, Log) else []
        return found

    @property
    def messages(self) -> list[str]:
        return [log.message for log in self.logs]

    def result(self, key: str) -> Any:
        (value,) = [report.value for report in self.reports if isinstance(report, Result) and report.key == key]
        return msgspec.json.decode(value)

    @property
    def metrics(self) -> list[tuple[str, float, int | None]]:
        return [(report.name, report.value, report.step) for report in self.reports if isinstance(report, Metric)]

    @property
    def ending(self) -> tuple[int | None, int | None, str | None]:
        """Exit code, signal, reason of the verdict."""
        return self.exit.code, self.exit.signal, self.exit.verdict and self.exit.verdict.reason


def assignment(module: str, experiment: str, folder: Path = FOLDER, **config: Any) -> Assignment:
    return Assignment(
        run_id="01900000-0000-7000-8000-000000000001",
        attempt=1,
        seed=42,
        module=module,
        experiment=experiment,
        config=msgspec.json.encode(config).decode(),
        folders=[str(folder)],
    )


async def start(
    what: Assignment,
    on_reports: Callable[[list[Report]], None],
    *,
    lease_s: float = 60.0,
    memory_bytes: int | None = None,
    **variables: str,
) -> RunProcess:
    return await RunProcess.start(
        what,
        lease_s=lease_s,
        environment={**os.environ, **variables},
        on_reports=on_reports,
        memory_bytes=memory_bytes,
    )


def execute(
    module: str,
    experiment: str,
    steer: Callable[[RunProcess, list[Report]], Any] | None = None,
    *,
    folder: Path = FOLDER,
    limit_s: float = 120.0,
    lease_s: float = 60.0,
    memory_bytes: int | None = None,
    **config: Any,
) -> Outcome:
    """Runs it to its end; `steer(process, reports)`, a coroutine function, may give orders meanwhile.

    Afterwards no descriptor, child or task of ours is left: checked here, for every test.
    """

    async def main() -> Outcome:
        gc.collect()
        before = descriptors()
        reports: list[Report] = []
        began = time.monotonic()
        what = assignment(module, experiment, folder, **config)
        process = await start(what, reports.extend, lease_s=lease_s, memory_bytes=memory_bytes)
        async with asyncio.timeout(limit_s):
            if steer is not None:
                await steer(process, reports)
            ended = await process.wait()
        seconds = time.monotonic() - began
        await until(lambda: len(asyncio.all_tasks()) == 1)
        gc.collect()  # what others dropped before this run began may be closed only now
        await until(lambda: descriptors() <= before)
        return Outcome(ended, reports, seconds)

    return asyncio.run(main())


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"))


async def until(condition: Callable[[], Any], limit_s: float = 60.0) -> None:
    """Waits for `condition`, or fails."""
    deadline = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        await asyncio.sleep(0.01)


def alive(pid: int) -> bool:
    """Whether a process runs under `pid` (a zombie does not)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    try:
        return Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0] not in (b"Z", b"X")
    except FileNotFoundError:
        return not os.path.isdir("/proc/self")
