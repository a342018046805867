"""One batch into the ledger: a short transaction that raises the counters under the fence, then COPY."""

import logging
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from athanor.db.session import Database, in_one_line, is_outage
from athanor.domain.runs.repository import to_counts, to_progress
from athanor.domain.runs.schemas import RunProgress
from athanor.domain.streams import TABLES
from athanor.wire.topics import STREAMS, Stream
from athanor.worker.batch import Batch, Row, moment

log = logging.getLogger(__name__)


class Fenced(Exception):
    """The run is no longer this attempt's: nothing was written, nothing may be."""


class Fence(Struct, frozen=True, kw_only=True):
    """What makes one attempt the only writer of its run."""

    run_id: UUID
    worker_id: UUID
    attempt: int
    lease_s: float


class Appended(Struct, frozen=True):
    """A committed batch: the rows of each stream that grew, and the run's counters after it."""

    rows: dict[Stream, list[Row]]
    progress: RunProgress


# Raising the counters locks the row: this orders the commits of a run, gives the offsets and renews the lease.
_RAISE = text("""
    UPDATE run_vitals SET
        logs_debug = logs_debug + :debug, logs_info = logs_info + :info,
        logs_warn = logs_warn + :warn, logs_error = logs_error + :error,
        results = results + :results, metrics = metrics + :metrics, version = version + 1,
        progress_current = CASE WHEN :progress THEN :current ELSE progress_current END,
        progress_total = CASE WHEN :progress THEN :total ELSE progress_total END,
        progress_message = CASE WHEN :progress THEN :message ELSE progress_message END,
        heartbeat_at = clock_timestamp(), expires_at = clock_timestamp() + make_interval(secs => :lease_s)
    WHERE run_id = :run_id AND worker_id = :worker_id AND attempt = :attempt
    RETURNING logs_debug, logs_info, logs_warn, logs_error, results, metrics,
        progress_current, progress_total, progress_message, version
""")
_KEEP = text("""
    INSERT INTO checkpoints (run_id, attempt, recorded_at, value)
    VALUES (:run_id, :attempt, :recorded_at, CAST(CAST(:value AS text) AS json))
    ON CONFLICT (run_id) DO UPDATE SET
        attempt = excluded.attempt, recorded_at = excluded.recorded_at, value = excluded.value
""")
_READ = text("""
    SELECT logs_debug, logs_info, logs_warn, logs_error, results, metrics,
        progress_current, progress_total, progress_message, version
    FROM run_vitals WHERE run_id = :run_id AND worker_id = :worker_id AND attempt = :attempt FOR UPDATE
""")  # FOR UPDATE: a commit that is still under way on a connection given up is waited for


class Appender:
    """Writes an attempt's batches in order, each exactly once, however often the connection breaks."""

    def __init__(self, database: Database, fence: Fence, heads: dict[Stream, int]) -> None:
        self._database = database
        self._fence = fence
        self.heads = heads
        """The next offset of each stream, by what this writer knows to be committed."""

    async def append(self, batch: Batch, *, retried: bool) -> Appended:
        """Commits `batch`. With `retried` an earlier try may have committed it without an answer: then it is not
        written again.

        Raises:
            Fenced: the attempt is over.
            Exception: the database is away (see `athanor.db.session.is_outage`); try again with `retried`.
        """
        run_id = self._fence.run_id
        rows = {name: batch.rows(name, run_id, self.heads[name]) for name in STREAMS if batch.length(name)}
        wanted = {name: self.heads[name] + batch.length(name) for name in STREAMS}
        async with self._database.connection() as connection:
            if retried and (found := await self._found(connection)) == wanted != self.heads:
                vitals = (await connection.execute(_READ, self._key())).one()
            else:
                if retried and found != self.heads:
                    raise RuntimeError(
                        f"run {self._fence.run_id}: the ledger is at {found}, its writer at {self.heads}"
                    )
                try:
                    vitals = await self._raise(connection, batch)
                    for name, entries in rows.items():
                        await self._copy(connection, name, entries)
                    await self._keep(connection, batch)
                    await connection.commit()
                except Exception as error:
                    if isinstance(error, Fenced) or is_outage(error):
                        raise
                    await connection.rollback()
                    vitals = await self._raise(connection, batch)
                    for name, entries in rows.items():
                        rows[name] = await self._copy_what_can_be(connection, name, entries)
                    await self._keep_if_it_can_be(connection, batch)
                    await connection.commit()
        self.heads = wanted
        return Appended(
            rows,
            RunProgress(
                id=self._fence.run_id, progress=to_progress(vitals), counts=to_counts(vitals), version=vitals.version
            ),
        )

    def _key(self) -> dict[str, object]:
        return {"run_id": self._fence.run_id, "worker_id": self._fence.worker_id, "attempt": self._fence.attempt}

    async def _found(self, connection: AsyncConnection) -> dict[Stream, int]:
        vitals = (await connection.execute(_READ, self._key())).one_or_none()
        if vitals is None:
            raise Fenced
        logs = vitals.logs_debug + vitals.logs_info + vitals.logs_warn + vitals.logs_error
        return {"logs": logs, "results": vitals.results, "metrics": vitals.metrics}

    async def _raise(self, connection: AsyncConnection, batch: Batch) -> Any:
        progress = batch.progress
        vitals = (
            await connection.execute(
                _RAISE,
                {
                    **self._key(),
                    **batch.level_counts(),
                    "results": len(batch.results),
                    "metrics": len(batch.metrics),
                    "progress": progress is not None,
                    "current": progress and progress.current,
                    "total": progress and progress.total,
                    "message": progress and progress.message,
                    "lease_s": self._fence.lease_s,
                },
            )
        ).one_or_none()
        if vitals is None:
            raise Fenced
        return vitals

    async def _keep(self, connection: AsyncConnection, batch: Batch) -> None:
        """The checkpoint, in the transaction of everything that was reported before it."""
        if batch.checkpoint is not None:
            row = {"recorded_at": moment(batch.checkpoint.at_us), "value": batch.checkpoint.value}
            await connection.execute(_KEEP, {"run_id": self._fence.run_id, "attempt": self._fence.attempt, **row})

    async def _keep_if_it_can_be(self, connection: AsyncConnection, batch: Batch) -> None:
        """The same; of a checkpoint that PostgreSQL refuses, the one before it stays."""
        try:
            async with connection.begin_nested():
                await self._keep(connection, batch)
        except Exception as error:
            if is_outage(error):
                raise
            log.warning("run_id=%s: a checkpoint was refused: %s", self._fence.run_id, in_one_line(error))

    async def _copy(self, connection: AsyncConnection, name: Stream, rows: list[Row]) -> None:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        columns = ("run_id", *TABLES[name].columns)
        await driver.copy_records_to_table(name, records=rows, columns=columns, timeout=60)

    async def _copy_what_can_be(self, connection: AsyncConnection, name: Stream, rows: list[Row]) -> list[Row]:
        """COPY by halves until the entries that PostgreSQL refuses stand alone; these become a line that says so."""
        try:
            async with connection.begin_nested():
                await self._copy(connection, name, rows)
            return rows
        except Exception as error:
            if is_outage(error):
                raise
            if len(rows) == 1:
                log.warning("run_id=%s: entry %s of %s refused: %s", self._fence.run_id, rows[0][1], name, error)
                replaced = [_refused(name, rows[0], error)]
                await self._copy(connection, name, replaced)
                return replaced
        middle = len(rows) // 2
        first = await self._copy_what_can_be(connection, name, rows[:middle])
        return first + await self._copy_what_can_be(connection, name, rows[middle:])


def _refused(name: Stream, row: Row, error: Exception) -> Row:
    """The entry that stands in the place of one that cannot be stored."""
    place, level = row[:3], row[3]
    why = in_one_line(error) if isinstance(error, asyncpg.PostgresError) else type(error).__name__
    note = f"an entry was refused by the database: {why}".encode("ascii", "backslashreplace").decode()
    if name == "logs":
        return (*place, level, note.replace("\\x00", ""), None)
    if name == "results":
        value = f'"{note.translate(str.maketrans("", "", chr(34) + chr(92)))}"'
        return (*place, "refused", len(value), value)
    return (*place, "refused", None, float("nan"))
