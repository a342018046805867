"""Writes what a worker found in its experiment folders into the catalogue all of them share."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from athanor.db.base import to_json
from athanor.db.session import Unit
from athanor.domain.experiments import models
from athanor.domain.experiments.events import CatalogueChange, ExperimentsUpdated
from athanor.wire import topics
from athanor.wire.catalogue import CatalogueEntry

_FIND = text("UPDATE workers SET experiments = :offered, found = :found WHERE id = :worker_id")
_FOUND_BY_LIVE_WORKERS = text("""
    SELECT DISTINCT unnest(found) FROM workers WHERE expires_at > clock_timestamp()
""")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('athanor catalogue'))")


async def write_catalogue(
    unit: Unit, worker_id: UUID, entries: Sequence[CatalogueEntry], *, retried: bool = False
) -> None:
    """The worker offers the entries without an error; entries that no live worker finds any more go away.

    `retried`: an earlier try may have committed without an answer, and its news may be lost.
    """
    session = unit.session
    entries = list({entry.name: entry for entry in entries}.values())  # of two with one name, one tells of both
    await session.execute(_LOCK)
    offered = [entry.name for entry in entries if entry.error is None]
    found = [entry.name for entry in entries]
    await session.execute(_FIND, {"worker_id": worker_id, "offered": offered, "found": found})
    table = models.Experiment
    before = {row.name: _comparable(row) for row in (await session.execute(select(table))).scalars()}
    changed = retried
    for entry in entries:
        values = _values(entry)
        if before.get(entry.name) == values:
            continue
        changed = True
        change = {**values, "version": table.version + 1, "updated_at": func.clock_timestamp()}
        await session.execute(
            insert(table)
            .values(name=entry.name, **values)
            .on_conflict_do_update(index_elements=[table.name], set_=change)
        )
    alive = set((await session.execute(_FOUND_BY_LIVE_WORKERS)).scalars()) | set(found)
    if gone := [name for name in before if name not in alive]:
        changed = True
        await session.execute(delete(table).where(table.name.in_(gone)))
    if changed:
        unit.outbox.changed([topics.EXPERIMENTS], ExperimentsUpdated(CatalogueChange(names=found, removed=gone)))


_FIELDS = (
    "title",
    "description",
    "module",
    "config_schema",
    "form_schema",
    "defaults",
    "source_hash",
    "queue",
    "timeout_s",
    "stalled_s",
    "memory_bytes",
    "retries",
    "retry_on",
    "backoff_s",
    "tags",
    "error",
    "traceback",
)


def _values(entry: CatalogueEntry) -> dict[str, object]:
    values = {name: getattr(entry, name) for name in _FIELDS}
    for name in ("config_schema", "form_schema", "defaults"):
        if values[name] is not None:
            values[name] = to_json(values[name])
    return {**values, "tags": list(entry.tags), "retry_on": list(entry.retry_on)}


def _comparable(row: models.Experiment) -> dict[str, object]:
    return {name: getattr(row, name) for name in _FIELDS}
