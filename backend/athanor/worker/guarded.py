"""A child process under a guard process, as asyncio sees it: bytes in, orders out, one exit."""

import asyncio
import json
import os
import secrets
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Literal, TypeAlias

from msgspec import Struct

from athanor.child import guard
from athanor.worker import orphans
from athanor.worker.memory_group import remove_memory_group

Origin: TypeAlias = Literal["reports", "stdout", "stderr"]

_PIPES: tuple[Origin, ...] = ("stdout", "stderr")

READ_BYTES = 128 * 1024
STUCK_S = 30.0
"""A guard that has not reported this long after a kill order is killed itself."""
ORPHANS_S = 5.0
ORPHANS_ROUND_S = 0.02
ORPHANS_ROUNDS = 100


class GuardedExit(Struct, frozen=True):
    """How the child ended. `left`: processes that the guard had to end after it. `silent`: the guard
    ended it because nobody had petted for `silence_s`. `error`: the guard's own end."""

    code: int | None = None
    signal: int | None = None
    oom: bool = False
    left: int = 0
    silent: bool = False
    error: str | None = None


class GuardedProcess:
    """Start with `start`; `wait` gives the exit once every byte is delivered; `abandon` ends it without ceremony.

    `on_bytes(origin, data)` is called on the event loop with at most READ_BYTES at a time. It must not raise.
    """

    def __init__(
        self,
        guard_process: asyncio.subprocess.Process,
        reports: socket.socket,
        control: socket.socket,
        pipes: dict[Origin, int],
        mark: str,
        group: Path | None,
        on_bytes: Callable[[Origin, bytes], None],
    ) -> None:
        self._guard = guard_process
        self._reports = reports
        self._control = control
        self._mark = mark
        self._group = group
        self._on_bytes = on_bytes
        self._loop = asyncio.get_running_loop()
        self._sources: dict[Origin, int] = {"reports": reports.fileno(), **pipes}
        self._resumed = asyncio.Event()
        self._resumed.set()
        self._draining = False
        self._closed = asyncio.Event()
        self._outgoing = bytearray()
        self._control_buffer = b""
        self._reported: asyncio.Future[GuardedExit] = self._loop.create_future()
        self._stuck: asyncio.TimerHandle | None = None
        self.started: asyncio.Future[int | None] = self._loop.create_future()
        """Done once the child runs, or never will; why it is not in its control group (errno), if so."""
        self.pid: int | None = None
        for descriptor in (*self._sources.values(), control.fileno()):
            os.set_blocking(descriptor, False)
        self._watch()
        self._loop.add_reader(control, self._read_control)
        self._finishing = self._loop.create_task(self._finish(), name=f"guard {guard_process.pid}")

    @classmethod
    async def start(
        cls,
        arguments: Callable[[int], Sequence[str]],
        *,
        silence_s: float,
        environment: Mapping[str, str],
        on_bytes: Callable[[Origin, bytes], None],
        group: Path | None = None,
    ) -> "GuardedProcess":
        """Starts guard and child. `arguments(descriptor)`: the child's command line, given its end of the socket.
        `group`: an empty control group for the child, which is removed in the end.

        The guard ends everything when `pet` is not called for `silence_s`.

        Raises:
            OSError: no process or descriptor is to be had. Nothing is left behind.
        """
        with ExitStack() as ours, ExitStack() as theirs:
            reports, child_reports = socket.socketpair()
            ours.callback(reports.close)
            theirs.callback(child_reports.close)
            control, guard_control = socket.socketpair()
            ours.callback(control.close)
            theirs.callback(guard_control.close)
            pipes: dict[Origin, int] = {}
            inherited = [guard_control.fileno()]
            for origin in _PIPES:
                pipes[origin], writer = os.pipe()
                ours.callback(os.close, pipes[origin])
                theirs.callback(os.close, writer)
                inherited.append(writer)
            inherited.append(child_reports.fileno())
            mark = secrets.token_hex(16)
            guard_process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                guard.__file__,
                *map(str, (os.getpid(), *inherited, silence_s, group or "")),
                *arguments(child_reports.fileno()),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                pass_fds=inherited,
                env={**environment, orphans.MARK: mark},
                start_new_session=True,
            )
            ours.pop_all()
        return cls(guard_process, reports, control, pipes, mark, group, on_bytes)

    # -- orders

    def send(self, data: bytes) -> None:
        """Queues `data` for the child's end of the socket. Nothing happens when the child is gone."""
        self._outgoing += data
        self._flush()

    def pet(self) -> None:
        """Tells the guard that this worker is alive and still owns the run."""
        self._order("pet")

    def terminate(self) -> None:
        """SIGTERM for the child."""
        self._order("terminate")

    def kill(self) -> None:
        """SIGKILL for the child and all its descendants; for the guard too, should it not obey."""
        self._order("kill")
        if self._stuck is None and not self._reported.done():
            self._stuck = self._loop.call_later(STUCK_S, self._kill_guard)

    def pause(self) -> None:
        """Stops reading; the child blocks once the socket is full."""
        self._resumed.clear()
        self._unwatch()

    def resume(self) -> None:
        """Reads on."""
        self._resumed.set()
        self._watch()

    async def wait(self) -> GuardedExit:
        """The exit, once the guard has seen the last process end and every byte is delivered.

        Never waits for end of file. Cancelling the wait leaves the process alone.
        """
        return await asyncio.shield(self._finishing)

    async def abandon(self) -> None:
        """Ends everything, delivers nothing more, and frees all descriptors."""
        self._on_bytes = lambda origin, data: None
        self.kill()
        self.resume()
        await self.wait()

    # -- events

    def _order(self, order: str) -> None:
        try:
            self._control.send(b'{"order":"%s"}\n' % order.encode())
        except OSError:
            pass  # the guard is gone, or so far behind that it will end the child for silence

    def _kill_guard(self) -> None:
        try:
            self._guard.kill()
        except ProcessLookupError:
            pass

    def _flush(self) -> None:
        try:
            while self._outgoing:
                del self._outgoing[: self._reports.send(self._outgoing)]
        except BlockingIOError:
            self._loop.add_writer(self._reports, self._flush)
            return
        except OSError:
            self._outgoing.clear()
        if self._reports.fileno() >= 0:
            self._loop.remove_writer(self._reports)

    def _watch(self) -> None:
        if self._resumed.is_set() and not self._draining:
            for origin, descriptor in self._sources.items():
                self._loop.add_reader(descriptor, self._read, origin)

    def _unwatch(self) -> None:
        for descriptor in self._sources.values():
            self._loop.remove_reader(descriptor)

    def _read(self, origin: Origin) -> bool:
        """One bounded read. Whether there may be more."""
        descriptor = self._sources[origin]
        try:
            data = os.read(descriptor, READ_BYTES)
        except BlockingIOError:
            return False
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(descriptor)
            del self._sources[origin]
            if origin == "reports":
                self._closed.set()
            else:
                os.close(descriptor)
            return False
        self._on_bytes(origin, data)
        return True

    def _read_control(self) -> None:
        try:
            data = self._control.recv(READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self._loop.remove_reader(self._control)
            if not self._reported.done():
                self._reported.set_result(GuardedExit(error="the guard process ended before it could report"))
            if not self.started.done():
                self.started.set_result(None)
            return
        *lines, self._control_buffer = (self._control_buffer + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "started" in message:
                self.pid = message["started"]
                self.started.set_result(message["refused"])
            elif not self._reported.done():
                self._reported.set_result(
                    GuardedExit(message["exit"], message["signal"], message["oom"], message["left"], message["silent"])
                )

    async def _finish(self) -> GuardedExit:
        try:
            ended = await self._reported
            if ended.error is not None:
                await self._end_orphans()
            self._unwatch()
            self._draining = True
            for origin in list(self._sources):
                await self._resumed.wait()
                while origin in self._sources and self._read(origin):
                    await asyncio.sleep(0)
                    await self._resumed.wait()
            return ended
        finally:
            self._close()
            await self._guard.wait()
            if self._group is not None:
                remove_memory_group(self._group)

    async def _end_orphans(self) -> None:
        """The guard is dead. PDEATHSIG ends the child (Linux); the rest is found by its mark or its group."""
        for _ in range(ORPHANS_ROUNDS):
            if not orphans.kill_marked(self._mark):
                break
            await asyncio.sleep(ORPHANS_ROUND_S)
        if self.pid is not None:
            orphans.kill_group(self.pid)
        try:
            async with asyncio.timeout(ORPHANS_S):
                await self._closed.wait()
        except TimeoutError:
            pass

    def _close(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
        self._unwatch()
        for origin, descriptor in self._sources.items():
            if origin != "reports":
                os.close(descriptor)
        self._sources.clear()
        for connection in (self._reports, self._control):
            if connection.fileno() >= 0:
                self._loop.remove_reader(connection)
                self._loop.remove_writer(connection)
                connection.close()
