"""Ends attempts whose worker died. Every API server and every worker runs it; it needs none of the others."""

import asyncio
import logging

from sqlalchemy import text

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


async def reap_forever(database: Database, *, lease_s: float) -> None:
    """A round every few seconds, whatever happens to the database."""
    pause_s = min(5.0, lease_s / 4)
    while True:
        try:
            await reap_once(database)
            async with database.unit() as unit:
                if gone := list((await unit.session.execute(_FORGET_WORKERS)).scalars()):
                    unit.outbox.changed([topics.WORKERS], WorkersUpdated(WorkersChange(ids=gone)))
        except Exception as error:
            if not is_outage(error):
                log.exception("the reaper failed; it tries again in %s s", pause_s)
        await asyncio.sleep(pause_s)
