"""The three streams a run writes, by name: their columns in the ledger and what they say to the world.

Everything that moves entries by offset (ingest, hub, REST) goes through this table, so the three cannot drift apart.
"""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from athanor.db.session import Database
from athanor.domain.logs.schemas import LINE_BYTES, LINE_COLUMNS, log_line
from athanor.domain.metrics.schemas import metric_point
from athanor.domain.paging import PAGE_BYTES, short_page
from athanor.domain.results.schemas import MAX_PREVIEW_BYTES, result_entry
from athanor.domain.runs.attempts import Writers, writers
from athanor.live.ledger import Heads
from athanor.wire.topics import Stream

_encode = msgspec.json.Encoder().encode


class StreamTable(Struct, frozen=True, kw_only=True):
    """`columns`: those of the table, in the order `say` takes them after the run's id. `count`: the stream's length
    in the run's vitals. `says_attempt`: each entry names the attempt that wrote it, which `say` takes
    first."""

    name: Stream
    columns: tuple[str, ...]
    count: str
    say: Callable[..., object]
    says_attempt: bool
    _page: TextClause

    def encode(self, row: Sequence[Any], attempt: int) -> bytes:
        """A row (offset first) that `attempt` wrote, as JSON."""
        return _encode(self.say(attempt, *row) if self.says_attempt else self.say(*row))

    async def page(self, session: AsyncSession | AsyncConnection, run_id: UUID, start: int, limit: int) -> list[bytes]:
        """Up to `limit` entries from offset `start` on, ascending, as JSON; fewer where they are long (PAGE_BYTES), at
        least one if there is one. Empty where the first is gone: those of a deleted run go in this order."""
        query = {"run_id": run_id, "start": start, "limit": limit, "page_bytes": PAGE_BYTES}
        rows = (await session.execute(self._page, query)).all()
        if rows and rows[0].offset != start:
            return []
        wrote = await writers(session, run_id) if self.says_attempt else Writers([])
        return [self.encode(row, wrote.attempt_of(row.offset)) for row in rows]


def _table(
    name: Stream, columns: str, count: str, say: Callable[..., object], selected: str = "", bytes_each: str = "0"
) -> StreamTable:
    """`selected`: what is read of the columns; `bytes_each`: about how long a row is."""
    page = short_page(name, '"offset" >= :start', selected or columns, bytes_each)
    names = tuple(column.strip().strip('"') for column in columns.split(","))
    return StreamTable(name=name, columns=names, count=count, say=say, says_attempt=name == "logs", _page=text(page))


# Of a large value only the beginning is read for a preview.
_RESULT = f'"offset", timestamp, key, size, CASE WHEN size <= {MAX_PREVIEW_BYTES} THEN value::text ELSE left(value::text, 200) END AS value'  # noqa: E501

TABLES: dict[Stream, StreamTable] = {
    "logs": _table(
        "logs",
        '"offset", timestamp, level, message, metadata',
        "logs_debug + logs_info + logs_warn + logs_error",
        log_line,
        LINE_COLUMNS,
        LINE_BYTES,
    ),
    "results": _table("results", '"offset", timestamp, key, size, value', "results", result_entry, _RESULT),
    "metrics": _table("metrics", '"offset", timestamp, name, step, value', "metrics", metric_point),
}

_HEADS = text(f"""
    SELECT runs.id, runs.completed_at IS NOT NULL AS ended,
        {", ".join(f"{table.count} AS {name}" for name, table in TABLES.items())}
    FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id JOIN instances ON instances.id = runs.instance_id
    WHERE runs.id = ANY (:run_ids) AND instances.deleted_at IS NULL
""")  # noqa: S608


_EXISTS = {
    "run": text("""
        SELECT 1 FROM runs JOIN instances ON instances.id = runs.instance_id
        WHERE runs.id = :id AND instances.deleted_at IS NULL
    """),
    "instance": text("SELECT 1 FROM instances WHERE id = :id AND deleted_at IS NULL"),
}


async def heads(session: AsyncSession | AsyncConnection, run_ids: Sequence[UUID]) -> dict[UUID, Heads]:
    """The heads of runs; a run that does not exist is left out."""
    rows = await session.execute(_HEADS, {"run_ids": list(run_ids)})
    return {row.id: Heads({name: getattr(row, name) for name in TABLES}, row.ended) for row in rows}


class StreamLedger:
    """The ledger as the hub reads it: one short session per question."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def heads(self, run_ids: Sequence[UUID]) -> dict[UUID, Heads]:
        async with self._database.read() as session:
            return await heads(session, run_ids)

    async def page(self, run_id: UUID, stream: Stream, start: int, limit: int) -> list[bytes]:
        async with self._database.read() as session:
            return await TABLES[stream].page(session, run_id, start, limit)

    async def exists(self, kind: str, entity_id: UUID) -> bool:
        async with self._database.read() as session:
            return (await session.execute(_EXISTS[kind], {"id": entity_id})).first() is not None
