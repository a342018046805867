"""Runs parts side by side: ready in order, kept alive, stopped in the opposite order."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from athanor.embedded.console import Console
from athanor.embedded.keeper import Keeper
from athanor.embedded.parts import Part
from athanor.embedded.records import Records

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """All parts of one data folder, whose lock the caller holds. Runs on the main thread: see `processes.leashed`."""

    def __init__(self, data_dir: Path, console: Console) -> None:
        self.console = console
        self._records = Records(data_dir, partial(console.line, "athanor"))
        self._keepers: list[Keeper] = []
        self._lifeline = _make_lifeline()
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    def end_leftovers(self) -> None:
        """Ends what an `athanor up` that was killed left on this data folder."""
        for name in self._records.end_leftovers():
            self.console.line(name, "left over from a killed start: ended")

    async def start(self, *parts: Part) -> None:
        """Starts the parts together and returns when all are ready; they are stopped in the opposite order.

        Raises:
            StartError: of the first part that does not start.
        """
        keepers = [self._keeper(part) for part in parts]
        self._keepers += keepers
        starting = [asyncio.create_task(keeper.start()) for keeper in keepers]
        try:
            for done in asyncio.as_completed(starting):
                await done
        finally:
            for task in starting:
                task.cancel()
            await asyncio.wait(starting)

    async def run_to_end(self, part: Part) -> None:
        """Runs a part that does one thing.

        Raises:
            StartError: it fails.
        """
        keeper = self._keeper(part)
        self._keepers.append(keeper)
        await keeper.run_to_end()
        self._keepers.remove(keeper)

    async def restart(self, *names: str) -> None:
        """Ends these parts in order and starts them again."""
        await asyncio.gather(*(keeper.restart() for keeper in self._keepers if keeper.part.name in names))

    async def run(self, work: Callable[[], Awaitable[None]]) -> None:
        """Does `work` and then goes on until Ctrl-C, SIGTERM or SIGHUP; then stops all parts, last started first.

        A second signal takes away the parts' time to finish. What `work` raises comes out when all parts are stopped.
        """
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            if number != signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # ignored: nohup
                loop.add_signal_handler(number, self._on_signal)
        working = asyncio.ensure_future(work())
        stopping = asyncio.create_task(self._stop.wait())
        try:
            await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
            if not working.done() or working.exception() is None:
                await self._stop.wait()
        finally:
            working.cancel()
            stopping.cancel()
            await asyncio.wait([working])
            for keeper in reversed(self._keepers):
                await keeper.stop(self._hurry)
        if not working.cancelled():
            working.result()

    def _keeper(self, part: Part) -> Keeper:
        return Keeper(part, self.console, self._records, self._lifeline)

    def _on_signal(self) -> None:
        if self._stop.is_set():
            self.console.say("Stopping now.")
            self._hurry.set()
        else:
            self.console.say("Stopping. Ctrl-C again to stop without waiting for what runs.")
            self._stop.set()


def _make_lifeline() -> int | None:
    """The read end of a pipe whose write end this process alone holds, until it ends; Linux does not need it."""
    return None if sys.platform == "linux" else os.pipe()[0]
