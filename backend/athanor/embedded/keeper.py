"""Keeps one part running: starts it, waits until it is ready, starts it again when it dies, ends it in order."""

import asyncio
import signal
import time
from collections import deque

from athanor.embedded.console import Console, LineReader
from athanor.embedded.errors import StartError
from athanor.embedded.parts import Part
from athanor.embedded.processes import leashed
from athanor.embedded.records import Records
from athanor.loops import happens

_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 10.0
_LIVED_LONG_S = 30.0
_READY_EVERY_S = 0.02
_HURRY_S = 2.0


class Keeper:
    """One part's life. `start` once, `stop` once; `restart` in between as often as needed."""

    def __init__(self, part: Part, console: Console, records: Records, lifeline: int | None) -> None:
        self.part = part
        self._console = console
        self._records = records
        self._lifeline = lifeline
        self._process: asyncio.subprocess.Process | None = None
        self._output: asyncio.Task[None] | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._last_words: deque[str] = deque(maxlen=20)
        self._again = asyncio.Event()  # set: start again without a pause

    async def start(self) -> None:
        """Returns when the part is ready; from then on it is kept alive.

        Raises:
            StartError: it ends before it is ready, or is not ready in time.
        """
        process = await self._spawn()
        ready = await self._until_ready(process)
        if not ready and await self._repair(process):
            process = await self._spawn()
            ready = await self._until_ready(process)
        if not ready:
            code = await self._finish(process)
            raise StartError(f"{self.part.name} did not start: {describe(code)}. What it said is above.")
        self._keeping = asyncio.create_task(self._keep(process))

    async def run_to_end(self) -> None:
        """For a part that does one thing.

        Raises:
            StartError: it fails.
        """
        code = await self._finish(await self._spawn())
        if code != 0:
            raise StartError(f"{self.part.name} failed: {describe(code)}. What it said is above.")

    async def restart(self) -> None:
        """Ends the part in order; it is started again at once."""
        self._again.set()
        if self._process:
            await self._end(self._process, asyncio.Event())

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ends the part in order; without patience from the moment that `hurry` is set."""
        if self._keeping:
            self._keeping.cancel()
            await asyncio.wait([self._keeping])
        if self._process:
            await self._end(self._process, hurry)
            code = await self._finish(self._process)
            self._console.line(self.part.name, "stopped" if code == 0 else f"stopped: {describe(code)}")

    async def _spawn(self) -> asyncio.subprocess.Process:
        part = self.part
        if part.prepare:
            await asyncio.to_thread(part.prepare)
        process = await asyncio.create_subprocess_exec(
            *leashed(part.argv, part.death_signal, part.user, self._lifeline),
            env=dict(part.env),
            cwd=part.folder,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            pass_fds=() if self._lifeline is None else (self._lifeline,),
        )
        self._process = process
        self._records.add(part, process.pid)
        self._output = asyncio.create_task(self._read(process))
        return process

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        self._last_words.clear()
        lines = LineReader(self._hear)
        assert process.stdout is not None
        while data := await process.stdout.read(65_536):
            lines.feed(data)
        lines.end()

    def _hear(self, text: str) -> None:
        self._last_words.append(text)
        if not any(part in text for part in self.part.unshown):
            self._console.line(self.part.name, text)

    async def _until_ready(self, process: asyncio.subprocess.Process) -> bool:
        """False: it ended first, or took too long and was killed."""
        deadline = time.monotonic() + self.part.ready_within_s
        while process.returncode is None:
            if await self.part.ready(process.pid):
                return True
            if time.monotonic() > deadline:
                self._console.line(self.part.name, f"not ready after {self.part.ready_within_s:.0f} s")
                _send(process, signal.SIGKILL)
                return False
            await asyncio.sleep(_READY_EVERY_S)
        return False

    async def _repair(self, process: asyncio.subprocess.Process) -> bool:
        """Whether what kept it from starting was put right."""
        if self.part.repair is None:
            return False
        await self._finish(process)
        done = self.part.repair("\n".join(self._last_words))
        if done:
            self._console.line(self.part.name, done)
        return done is not None

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        pause_s, since = _FIRST_PAUSE_S, time.monotonic()
        while True:
            code = await self._finish(process)
            if self._again.is_set():
                pause_s = _FIRST_PAUSE_S
            else:
                pause_s = _FIRST_PAUSE_S if time.monotonic() - since > _LIVED_LONG_S else pause_s
                self._console.line(self.part.name, f"ended: {describe(code)}; starts again in {pause_s:g} s")
                if not await happens(self._again, pause_s):
                    pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
            self._again.clear()
            since = time.monotonic()
            try:
                process = await self._spawn()
                if not await self._until_ready(process):
                    await self._repair(process)
            except (StartError, OSError) as error:
                self._console.line(self.part.name, f"does not start: {error}")

    async def _finish(self, process: asyncio.subprocess.Process) -> int:
        """Waits for its end and for its last words, which a grandchild holding the pipe may not delay for long."""
        code = await process.wait()
        if self._output:
            await asyncio.wait([self._output], timeout=1.0)
            self._output.cancel()
        if self._process is process:
            self._process = None
            self._records.remove(self.part.name)
        return code

    async def _end(self, process: asyncio.subprocess.Process, hurry: asyncio.Event) -> None:
        part = self.part
        ended = asyncio.create_task(process.wait())
        hurried = asyncio.create_task(hurry.wait())
        if not hurry.is_set():
            _send(process, part.stop_signal)
            await asyncio.wait([ended, hurried], timeout=part.patience_s, return_when=asyncio.FIRST_COMPLETED)
        if hurry.is_set() and not ended.done():
            _send(process, part.hurry_signal)
            await asyncio.wait([ended], timeout=_HURRY_S)
        if not ended.done():
            self._console.line(part.name, "does not end; killed")
            _send(process, signal.SIGKILL)
        hurried.cancel()
        await ended


def _send(process: asyncio.subprocess.Process, signal_number: signal.Signals) -> None:
    try:
        process.send_signal(signal_number)
    except ProcessLookupError:
        pass  # it has just ended


def describe(code: int) -> str:
    """An exit code, or the signal's name for a negative one, in words."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"ended by signal {-code}"
