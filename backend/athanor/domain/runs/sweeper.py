"""Removes what deleted runs and instances leave behind, in small steps that hold up nobody."""

import asyncio
import logging

from sqlalchemy import text

from athanor.db.session import Database, is_outage
from athanor.domain.runs.announce import announce_deleted
from athanor.domain.runs.removal import end_runs
from athanor.domain.runs.service import discard
from athanor.domain.runs.status import ACTIVE

log = logging.getLogger(__name__)

CHUNK_ENTRIES = 10_000
CHUNK_RUNS = 100
PAUSE_S = 2.0

_STREAMS = ("logs", "results", "metrics")
_DELETE_CHUNK = {
    name: text(f"""
        DELETE FROM {name} WHERE run_id = :run_id AND "offset" IN (
            SELECT "offset" FROM {name} WHERE run_id = :run_id ORDER BY "offset" LIMIT {CHUNK_ENTRIES}
        )
    """)  # noqa: S608
    for name in _STREAMS
}
_NEXT_DISCARDED = text("SELECT run_id FROM discarded_runs LIMIT 1 FOR UPDATE SKIP LOCKED")
_DONE = text("DELETE FROM discarded_runs WHERE run_id = :run_id")
_RUNS_OF_DELETED = text(f"""
    SELECT runs.id, runs.instance_id, runs.status, run_vitals.version
    FROM runs JOIN instances ON instances.id = runs.instance_id JOIN run_vitals ON run_vitals.run_id = runs.id
    WHERE instances.deleted_at IS NOT NULL ORDER BY runs.status IN ('pending', 'running'), runs.id LIMIT {CHUNK_RUNS}
""")  # noqa: S608
_EMPTY_INSTANCES = text("""
    DELETE FROM instances WHERE deleted_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM runs WHERE runs.instance_id = instances.id
    )
""")


async def sweep_forever(database: Database) -> None:
    """Works through what was deleted; every API server may run it."""
    while True:
        try:
            while await sweep_instances(database) or await sweep_entries(database):
                pass
        except Exception as error:
            if not is_outage(error):
                log.exception("removing deleted rows failed; trying again")
        await asyncio.sleep(PAUSE_S)


async def sweep_entries(database: Database) -> bool:
    """One chunk of one discarded run; False when there is none."""
    async with database.unit() as unit:
        run_id = (await unit.session.execute(_NEXT_DISCARDED)).scalar_one_or_none()
        if run_id is None:
            return False
        for delete_chunk in _DELETE_CHUNK.values():
            deleted = await unit.session.execute(delete_chunk, {"run_id": run_id})
            if deleted.rowcount == CHUNK_ENTRIES:  # type: ignore[attr-defined]
                return True
        await unit.session.execute(_DONE, {"run_id": run_id})
    return True


async def sweep_instances(database: Database) -> bool:
    """Some runs of deleted instances; False when nothing can be done now. Active runs are ended first."""
    async with database.unit() as unit:
        session = unit.session
        rows = (await session.execute(_RUNS_OF_DELETED)).all()
        await end_runs(unit, [row.id for row in rows if row.status in ACTIVE])
        over = [row for row in rows if row.status not in ACTIVE]
        if over:
            await discard(session, [row.id for row in over])
            for row in over:
                announce_deleted(unit, row.id, row.instance_id, row.version)
        else:
            await session.execute(_EMPTY_INSTANCES)
        return bool(over)
