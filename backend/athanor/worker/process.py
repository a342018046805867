"""A run's process: assignment in, reports out, orders in between, one exit."""

import asyncio
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from athanor.sizes import size_text
from athanor.wire import framing
from athanor.wire.control import Assignment, Cancel
from athanor.wire.reports import Failed, Level, Log, Output, Report, Verdict
from athanor.worker.guarded import GuardedProcess, Origin
from athanor.worker.lines import LineAssembler
from athanor.worker.memory_group import NoMemoryGroupError, make_memory_group, remove_memory_group

EXIT_AFTER_VERDICT_S = 5.0
SILENCE_SHARE = 0.75
ATHANOR_METADATA = '{"source":"athanor"}'


class Exit(Struct, frozen=True, kw_only=True):
    """How a run's process ended. `code` or `signal` is set, unless `error` says why neither is known.

    `oom`: the kernel's counter says that memory ran out. `silent`: the guard ended it, because the worker had been
    frozen. `verdict`: how the experiment ended by its own account, None if it did not get to say.
    """

    code: int | None = None
    signal: int | None = None
    oom: bool = False
    silent: bool = False
    verdict: Verdict | None = None
    error: str | None = None
    memory_bytes: int | None = None
    """The limit that was kept for its processes."""


class RunProcess:
    """Make one with `start`. Every method is for the event loop's thread."""

    def __init__(self, on_reports: Callable[[list[Report]], None]) -> None:
        self._on_reports = on_reports
        self._unpacker: framing.Unpacker[Report] = framing.Unpacker(Report)  # type: ignore[arg-type]
        self._lines = {"stdout": LineAssembler("stdout"), "stderr": LineAssembler("stderr")}
        self._piped = {
            "stdout": LineAssembler("stdout", piped=True),
            "stderr": LineAssembler("stderr", piped=True),
        }
        self._verdict: Verdict | None = None
        self._failed: Failed | None = None
        self._error: str | None = None
        self._memory_bytes: int | None = None
        self._failure: Exception | None = None
        self._overdue: asyncio.TimerHandle | None = None
        self._guarded: GuardedProcess
        self._waiting: asyncio.Task[Exit]

    @classmethod
    async def start(
        cls,
        assignment: Assignment,
        *,
        lease_s: float,
        environment: Mapping[str, str],
        on_reports: Callable[[list[Report]], None],
        memory_bytes: int | None = None,
    ) -> "RunProcess":
        """Starts guard and child, and hands the child its assignment.

        on_reports  called with batches in the order of writing; Output and pipes arrive as Log lines, the verdict
                    only with the exit. If it raises, the run is killed and `wait` raises the same.

        memory_bytes  the limit for all of its processes together; where it cannot be kept, a report says so first.

        Raises:
            OSError: no process or descriptor is to be had. Nothing is left behind.
        """
        process = cls(on_reports)
        group = None if memory_bytes is None else process._memory_group(memory_bytes)
        try:
            process._guarded = await GuardedProcess.start(
                _arguments,
                silence_s=lease_s * SILENCE_SHARE,
                environment=environment,
                on_bytes=process._take,
                group=group,
            )
        except BaseException:
            if group is not None:
                remove_memory_group(group)
            raise
        if group is not None and (refused := await process._guarded.started) is not None:
            process._note_unlimited(memory_bytes, f"{group.parent}: {os.strerror(refused)}")
        elif group is not None:
            process._memory_bytes = memory_bytes
        process._guarded.send(framing.pack(assignment))
        process._waiting = asyncio.create_task(process._finish(), name=f"run {assignment.run_id}")
        return process

    def _memory_group(self, memory_bytes: int) -> Path | None:
        try:
            return make_memory_group(memory_bytes)
        except NoMemoryGroupError as error:
            self._note_unlimited(memory_bytes, str(error))
            return None

    def _note_unlimited(self, memory_bytes: int | None, why: str) -> None:
        self._note("warn", f"the memory limit of {size_text(memory_bytes or 0)} cannot be kept here: {why}")

    @property
    def pid(self) -> int | None:
        """The child's pid, once the guard has told it."""
        return self._guarded.pid

    @property
    def over(self) -> bool:
        """Whether the experiment has said how it ended; its process may still be there."""
        return self._verdict is not None

    def pause(self) -> None:
        """Back pressure: nothing is read until `resume`, and the experiment blocks once the socket is full."""
        self._guarded.pause()

    def resume(self) -> None:
        self._guarded.resume()

    def cancel(self) -> None:
        """Tells the experiment that it shall stop: `run.cancelled`."""
        self._guarded.send(framing.pack(Cancel()))

    def terminate(self) -> None:
        """SIGTERM for the child."""
        self._guarded.terminate()

    def kill(self) -> None:
        """SIGKILL for the child and everything it started."""
        self._guarded.kill()

    def pet(self) -> None:
        """To be called more often than every 3/4 of the lease, or the guard ends the run."""
        self._guarded.pet()

    async def wait(self) -> Exit:
        """The exit, after every byte the child wrote was delivered through `on_reports`.

        Never waits for a pipe that something else holds. Cancelling the wait leaves the run alone.
        """
        return await asyncio.shield(self._waiting)

    async def abandon(self) -> None:
        """Ends everything at once and delivers nothing more: for a run that belongs to somebody else by now."""
        self._on_reports = lambda reports: None
        await self._guarded.abandon()
        await asyncio.wait([self._waiting])

    def _take(self, origin: Origin, data: bytes) -> None:
        now = time.time_ns() // 1000
        reports: list[Report] = []
        if origin != "reports":
            reports += self._piped[origin].feed(data, now)
        elif self._error is None:
            try:
                for report in self._unpacker.feed(data):
                    self._sort(report, reports)
            except framing.FramingError as error:
                self._error = f"the connection to the run carries bytes that are not Athanor's: {error}"
                self.kill()
        self._deliver(reports)

    def _sort(self, report: Report, reports: list[Report]) -> None:
        if isinstance(report, Output):
            reports += self._lines[report.source].feed(report.data, report.at_us)
        elif isinstance(report, Failed):
            self._failed = self._failed or report
        elif not isinstance(report, Verdict):
            reports.append(report)
        elif self._verdict is None:
            self._verdict = report
            self._overdue = asyncio.get_running_loop().call_later(EXIT_AFTER_VERDICT_S, self._end_overdue)

    def _end_overdue(self) -> None:
        self._note(
            "warn",
            f"the experiment is over, but its process was still running {EXIT_AFTER_VERDICT_S:.0f} s later (threads "
            "that go on?) and was killed",
        )
        self.kill()

    def _recorded(self) -> Verdict | None:
        """What `run.fail` said before the process ended without a verdict."""
        return None if self._failed is None else Verdict(self._failed.at_us, "reported", self._failed.error)

    def _note(self, level: Level, message: str) -> None:
        self._deliver([Log(time.time_ns() // 1000, level, message, ATHANOR_METADATA)])

    def _deliver(self, reports: list[Report]) -> None:
        if reports and self._failure is None:
            try:
                self._on_reports(reports)
            except Exception as error:
                self._failure = error
                self.kill()

    async def _finish(self) -> Exit:
        ended = await self._guarded.wait()
        if self._overdue is not None:
            self._overdue.cancel()
        for assembler in (*self._lines.values(), *self._piped.values()):
            self._deliver(list(assembler.finish()))
        if ended.left:
            self._note("warn", f"{ended.left} processes that the experiment had left running were ended")
        if self._failure is not None:
            raise self._failure
        return Exit(
            code=ended.code,
            signal=ended.signal,
            oom=ended.oom,
            silent=ended.silent,
            verdict=self._verdict or self._recorded(),
            error=self._error or ended.error,
            memory_bytes=self._memory_bytes,
        )


def _arguments(descriptor: int) -> Sequence[str]:
    # -P: a file of the working directory must not stand in for a module of the same name
    return (sys.executable, "-P", "-m", "athanor.child", str(descriptor))
