"""Ends attempts whose worker died. Every API server and every worker runs it; it needs none of the others."""

import asyncio
import logging
import math
import time
from collections.abc import Callable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.session import Database, Unit, is_outage
from athanor.domain.runs.announce import announce
from athanor.domain.runs.transitions import Changed, reap_expired
from athanor.domain.workers.events import WorkersChange, WorkersUpdated
from athanor.wire import topics

log = logging.getLogger(__name__)

REAPED = "reaped attempts"
"""How these are called in a unit's tally."""

WORKER_SESSION_PREFIX = "athanor worker "
"""Before a worker's id: the name of its database sessions."""

JUMP_S = 5.0
PATIENCE_S = 10.0
"""Three heartbeats, and some."""

_NOW = text("SELECT extract(epoch FROM clock_timestamp())")
_FORGET_WORKERS = text("""
    DELETE FROM workers
    WHERE expires_at < clock_timestamp() - interval '1 day' OR (draining AND expires_at < clock_timestamp())
    RETURNING id
""")


# A worker that froze, or was cut off, in the middle of a transaction holds its run's row. PostgreSQL waits for it, in
# COPY without any time limit of its own; so the sessions of a worker that lost its lease are ended here.
_END_SESSIONS = text("""
    SELECT application_name, pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name IN (
        SELECT :prefix || run_vitals.worker_id FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id
        WHERE runs.status = 'running' AND run_vitals.expires_at < clock_timestamp()
    )
""")


async def reap_once(database: Database) -> list[Changed]:
    """One round; returns the runs it ended or sent back to their queue. A run whose row is held by the worker that
    lost it is ended in the next round."""
    async with database.unit() as unit:
        changes = await reap_expired(unit.session)
        await after_reaping(unit, changes)
        for name, _ in await unit.session.execute(_END_SESSIONS, {"prefix": WORKER_SESSION_PREFIX}):
            log.warning("%s lost its lease in the middle of a transaction: its session was ended", name)
    return changes


async def after_reaping(unit: Unit, changes: list[Changed]) -> None:
    """What follows from a reaping: the news, and a doorbell for each new attempt."""
    unit.tally[REAPED] += len(changes)
    await announce(unit, [change.run_id for change in changes])
    for change in changes:
        log.warning("run_id=%s: its attempt is lost, the run is %s", change.run_id, change.status)
    ring_for_new_attempts(unit, changes)


def ring_for_new_attempts(unit: Unit, changes: list[Changed]) -> None:
    """A doorbell for each run that is to be tried again, at the time when it may be."""
    for change in changes:
        if change.status == "pending":
            unit.outbox.ring(change.queue, change.run_id, after_s=change.delay_s)


class Clocks:
    """Tells when PostgreSQL's clock went on while this process's stood still: the machine slept, or a clock was set.

    Leases that ran out by that are no sign of a death before their workers have had the time for a heartbeat. A reaper
    on a machine that did not sleep sees nothing, and ends what is rightly its to end.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._before: tuple[float, float] | None = None
        self._patient_until = -math.inf

    async def ask_for_patience(self, session: AsyncSession) -> bool:
        """Whether leases should not be judged now."""
        asked_at = self._monotonic()
        ledger = float((await session.execute(_NOW)).scalar_one())
        now = self._monotonic()
        if self._before is not None:
            gained_s = (ledger - self._before[1]) - (now - self._before[0])
            if gained_s > JUMP_S:
                self._patient_until = now + PATIENCE_S
                log.warning("the clock of the database gained %.0f s: leases are judged again soon", gained_s)
        self._before = (asked_at, ledger)
        return now < self._patient_until


async def reap_forever(database: Database, *, lease_s: float, clocks: Clocks | None = None) -> None:
    """A round every few seconds, whatever happens to the database."""
    pause_s = min(5.0, lease_s / 4)
    clocks = clocks or Clocks()
    while True:
        try:
            async with database.read() as session:
                be_patient = await clocks.ask_for_patience(session)
            if not be_patient:
                await reap_once(database)
                async with database.unit() as unit:
                    if gone := list((await unit.session.execute(_FORGET_WORKERS)).scalars()):
                        unit.outbox.changed([topics.WORKERS], WorkersUpdated(WorkersChange(ids=gone)))
        except Exception as error:
            if not is_outage(error):
                log.exception("the reaper failed; it tries again in %s s", pause_s)
        await asyncio.sleep(pause_s)
