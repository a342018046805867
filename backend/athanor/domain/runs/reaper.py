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

_FORGET_WORKERS = text("""
    DELETE FROM workers
    WHERE expires_at < clock_timestamp() - interval '1 day' OR (draining AND expires_at < clock_timestamp())
    RETURNING id
""")


async def reap_once(database: Database) -> list[Changed]:
    """One round; returns the runs it ended or sent back to their queue."""
    async with database.unit() as unit:
        changes = await reap_expired(unit.session)
        await after_reaping(unit, changes)
    return changes


async def after_reaping(unit: Unit, changes: list[Changed]) -> None:
    """What follows from a reaping: the news, and a doorbell for each new attempt."""
    await announce(unit, [change.run_id for change in changes])
    for change in changes:
        log.warning("run_id=%s: its attempt is lost, the run is %s", change.run_id, change.status)
        if change.status == "pending":
            unit.outbox.ring(change.queue, change.run_id)


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
