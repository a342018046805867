"""How long a run has shown no sign of life, and the warning in the ledger before it is ended for that."""

import asyncio
import logging
import time
from collections.abc import Callable

from sqlalchemy import text

from athanor.db.session import Database, try_until
from athanor.domain.runs.announce import announce
from athanor.worker.append import Fence

log = logging.getLogger(__name__)

WARN_SHARE = 0.5

_WARN = text("""
    UPDATE run_vitals SET version = version + 1,
        stalls_at = CASE WHEN :warned THEN clock_timestamp() + make_interval(secs => :left_s) END
    WHERE run_id = :run_id AND worker_id = :worker_id AND attempt = :attempt
    RETURNING run_id
""")


class Silence:
    """Call `heard` for every report, `hold` and `release` when reading stops and goes on, `advance` when it is due.

    `wake` is called when `advance` is due earlier than it said. Without a limit nothing ever happens.
    """

    def __init__(
        self,
        limit_s: float | None,
        *,
        database: Database,
        fence: Fence,
        wake: Callable[[], None],
        give_up: Callable[[], bool],
    ) -> None:
        self._limit_s = limit_s
        self._database = database
        self._fence = fence
        self._wake, self._give_up = wake, give_up
        self._heard_at = time.monotonic()
        self._held = False
        self._warned = self._told = False
        self._telling: asyncio.Task[None] | None = None

    def heard(self) -> None:
        """A sign of life."""
        self._heard_at = time.monotonic()
        if self._warned:
            self._warn(False)

    def hold(self) -> None:
        """Nobody reads what the experiment says: its silence is not its own."""
        self._held = True
        self.heard()

    def release(self) -> None:
        """It is read again."""
        self._held = False
        self.heard()
        self._wake()

    def advance(self) -> float | None:
        """Warns when it is time to. Seconds until the next step; 0 or less: the run has stalled, for so long; None:
        nothing is due."""
        if self._limit_s is None or self._held:
            return None
        silent_s = time.monotonic() - self._heard_at
        if silent_s < (warn_s := self._limit_s * WARN_SHARE):
            return warn_s - silent_s
        if not self._warned:
            self._warn(True)
        return self._limit_s - silent_s

    async def settle(self) -> None:
        """Returns when the ledger has heard the last of it."""
        if self._telling is not None:
            await asyncio.wait([self._telling])

    def _warn(self, warned: bool) -> None:
        self._warned = warned
        if not warned:
            self._wake()
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        what = f"run_id={self._fence.run_id}"
        try:
            while self._told != self._warned:
                await try_until(self._write, give_up=self._give_up, what=what)
        except Exception as error:
            log.warning("%s: the warning that it stalls could not be written (%s)", what, error)

    async def _write(self) -> None:
        warned, fence = self._warned, self._fence
        key = {"run_id": fence.run_id, "worker_id": fence.worker_id, "attempt": fence.attempt}
        async with self._database.unit() as unit:
            await unit.session.connection()  # what waiting for one takes is no part of what is left
            left_s = max(0.0, (self._limit_s or 0.0) - (time.monotonic() - self._heard_at))
            found = await unit.session.execute(_WARN, {**key, "warned": warned, "left_s": left_s})
            await announce(unit, list(found.scalars()))
        self._told = warned
