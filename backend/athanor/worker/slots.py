"""The runs this worker has, and how many more it may take."""

import asyncio
import logging
import time
from collections.abc import Mapping
from uuid import UUID

from athanor.db.session import Database, is_outage
from athanor.domain.runs.announce import announce
from athanor.domain.runs.transitions import claim
from athanor.live.publisher import Publisher
from athanor.loops import end, happens
from athanor.settings import Settings
from athanor.worker.execute_run import Execution, Offer
from athanor.worker.figures import Figures

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
DRAIN_ROUND_S = 0.1
"""How often a drain looks at its deadline, at a second signal and at a claim under way."""
INTERRUPTED_S = 15.0
"""A run that was interrupted is waited for no longer than that: its database takes questions and answers none."""


class Slots:
    """Counts slots, claims runs for them and keeps each run's task. `offers` is replaced as experiments change."""

    def __init__(
        self,
        settings: Settings,
        worker_id: UUID,
        database: Database,
        publisher: Publisher,
        environment: Mapping[str, str],
        figures: Figures,
    ) -> None:
        self.offers: dict[str, Offer] = {}
        self.executions: dict[UUID, Execution] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._settings = settings
        self._worker_id = worker_id
        self._database = database
        self._publisher = publisher
        self._environment = environment
        self._figures = figures
        self._claiming = 0
        self._left: set[UUID] = set()
        self._closed = False
        self._interrupted = False
        self._look_now = asyncio.Event()
        self._changed = asyncio.Event()

    @property
    def free(self) -> int:
        return 0 if self._closed else self._settings.slots - len(self._tasks) - self._claiming

    @property
    def known(self) -> list[UUID] | None:
        """The runs that the ledger may have given to this worker; None while a claim is under way."""
        return None if self._claiming else [*self._tasks, *self._left]

    async def take(self, run_id: UUID | None = None) -> "asyncio.Task[None] | None":
        """Claims `run_id`, or the oldest pending run, into a free slot; the task that executes it, or None."""
        if self.free <= 0 or not self.offers:
            return None
        self._claiming += 1
        offers = self.offers
        claimed_at = time.monotonic()
        try:
            async with self._database.unit() as unit:
                claimed = await claim(
                    unit.session,
                    worker_id=self._worker_id,
                    lease_s=self._settings.lease_s,
                    queues=list(self._settings.queues),
                    experiments=list(offers),
                    busy=list(self._tasks),
                    run_id=run_id,
                )
                if claimed is not None:
                    await announce(unit, [claimed.run_id])
            if claimed is None:
                return None
            execution = Execution(
                claimed,
                offers[claimed.experiment],
                worker_id=self._worker_id,
                settings=self._settings,
                database=self._database,
                publisher=self._publisher,
                environment=self._environment,
                figures=self._figures,
                claimed_at=claimed_at,
            )
            task = asyncio.create_task(execution.run(), name=f"run {claimed.run_id}")
            self.executions[claimed.run_id] = execution
            self._tasks[claimed.run_id] = task
            task.add_done_callback(lambda _: self._release(claimed.run_id))
            if self._interrupted:  # the drain time ran out while the claim was under way
                execution.interrupt()
            return task
        finally:
            self._claiming -= 1

    def _release(self, run_id: UUID) -> None:
        if not self.executions[run_id].settled:
            self._left.add(run_id)  # it ran, and how it ended could not be written: the reaper's
        del self.executions[run_id], self._tasks[run_id]
        self._changed.set()
        self.look()

    def look(self) -> None:
        """Looks for pending runs now."""
        self._look_now.set()

    async def look_forever(self) -> None:
        """Fills free slots from the ledger: when one falls free, and every two seconds whatever Redis says."""
        while True:
            try:
                while self.free > 0 and await self.take() is not None:
                    pass
            except Exception as error:
                if not is_outage(error):
                    log.exception("looking for pending runs failed; trying again")
            await happens(self._look_now, LOOK_EVERY_S)
            self._look_now.clear()

    def close(self) -> None:
        """Takes nothing more from now on; a claim that is under way counts as taken."""
        self._closed = True

    async def drain(self, within_s: float, hurry: asyncio.Event) -> None:
        """Takes nothing more; waits for what runs, then interrupts it and waits for its ending, which a database that
        is away or hangs can hold up but not prevent."""
        self.close()
        clock = asyncio.get_running_loop()
        deadline = clock.time() + within_s
        while self._tasks or self._claiming:
            if not self._interrupted and (hurry.is_set() or clock.time() >= deadline):
                self._interrupted = True
                deadline = clock.time() + INTERRUPTED_S
                for execution in self.executions.values():
                    execution.interrupt()
            elif self._interrupted and clock.time() >= deadline:
                log.warning("the database does not answer: %s runs are left to the reaper", len(self._tasks))
                await end(self._tasks.values())
                return
            await happens(self._changed, DRAIN_ROUND_S)
            self._changed.clear()
