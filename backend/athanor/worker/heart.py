"""The worker's heart: renews its leases in PostgreSQL, and tells each guard process that it is alive."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable

from athanor.db.session import Database, in_one_line, is_outage
from athanor.domain.runs.reaper import after_reaping
from athanor.domain.runs.transitions import give_back
from athanor.domain.workers.events import WorkersChange, WorkersUpdated
from athanor.domain.workers.repository import Registration, beat, register
from athanor.loops import heard
from athanor.settings import Settings
from athanor.wire import topics
from athanor.worker.slots import Slots

log = logging.getLogger(__name__)

MAX_BEAT_S = 3.0


class Heart:
    """`beat_forever` and `pet_forever` are two loops on purpose: a database that hangs must not look like a worker
    that is frozen."""

    def __init__(
        self,
        settings: Settings,
        registration: Registration,
        database: Database,
        slots: Slots,
        registered: Callable[[], Awaitable[None]],
    ) -> None:
        self._lease_s = settings.lease_s
        self._registration = registration
        self._database = database
        self._slots = slots
        self._registered = registered
        self._beat_s = beat_every_s(settings.lease_s)
        self.draining = False
        self.signed_off = False

    async def beat_forever(self) -> None:
        while True:
            await asyncio.sleep(self._beat_s)
            try:
                # Never longer than a beat may be late: a hanging query is given up, and the next one tried.
                async with asyncio.timeout(max(5.0, self._lease_s / 3)):
                    beating = asyncio.ensure_future(self.beat())
                    beating.add_done_callback(heard)  # also of one that was given up
                    await asyncio.shield(beating)
            except Exception as error:
                if is_outage(error):
                    log.warning("a heartbeat did not reach the database (%s)", in_one_line(error))
                else:
                    log.exception("a heartbeat failed")

    async def beat(self) -> None:
        """One heartbeat, with what the ledger says in return: wishes to cancel, and runs that are not ours any more."""
        executions = dict(self._slots.executions)
        worker = self._registration
        left_at = time.monotonic()
        async with self._database.unit() as unit:
            found = await beat(unit.session, worker.id, list(executions), draining=self.draining, lease_s=self._lease_s)
            if found is None and self.signed_off:  # a last beat must not bring it back
                return
            if found is None:
                await register(unit.session, worker, lease_s=self._lease_s)
            if (known := self._slots.known) is not None:
                await after_reaping(unit, await give_back(unit.session, worker.id, known))
            unit.outbox.changed([topics.WORKERS], WorkersUpdated(WorkersChange(ids=[worker.id])))
        if found is None or found.was_given_up:
            await self._registered()
        if found is None:
            return
        for run_id, execution in executions.items():
            standing = found.standings.get(run_id)
            ours = (worker.id, execution.claim.attempt)
            if standing is None or (standing.worker_id, standing.attempt) != ours:
                if run_id in self._slots.executions:  # not one that has just ended by itself
                    execution.lose()
                continue
            execution.renewed(left_at)
            if standing.cancel:
                execution.cancel(force=standing.force)

    async def pet_forever(self) -> None:
        pause_s = min(2.0, self._lease_s / 8)
        while True:
            for execution in list(self._slots.executions.values()):
                execution.pet()
            await asyncio.sleep(pause_s)


def beat_every_s(lease_s: float) -> float:
    return min(MAX_BEAT_S, lease_s / 5)
