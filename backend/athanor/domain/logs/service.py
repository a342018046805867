"""Reading logs: pages by offset, filters, counts, whole downloads. All of it in constant memory."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Literal, TypeAlias
from uuid import UUID

import msgspec
from msgspec import Struct
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.session import Database
from athanor.domain.errors import NotFound
from athanor.domain.logs.schemas import LINE_BYTES, LINE_COLUMNS, LogLine, LogPage, log_line
from athanor.domain.paging import PAGE_BYTES, bad_parameter, check_limit, short_page
from athanor.domain.runs.attempts import writers
from athanor.domain.runs.repository import exact_log_counts, exists
from athanor.wire.reports import LEVELS, Level

SEARCH_TIMEOUT_S = 10
COUNT_TIMEOUT_S = 2.0
COUNT_CHUNK = 100_000
DOWNLOAD_CHUNK = 2000
MAX_OFFSET = 2**62

_NEXT_LINES = text(short_page("logs", '"offset" > :after', LINE_COLUMNS, LINE_BYTES))

Format: TypeAlias = Literal["txt", "jsonl"]


class LogFilter(Struct, frozen=True, kw_only=True):
    """`level`: that and above; `q`: text, upper and lower case alike; `regex`: a PostgreSQL regular expression."""

    level: Level | None = None
    q: str | None = None
    regex: str | None = None

    @property
    def searches(self) -> bool:
        return bool(self.q) or bool(self.regex)

    def condition(self) -> tuple[str, dict[str, Any]]:
        """SQL and its parameters."""
        parts, values = ["run_id = :run_id"], dict[str, Any]()
        if self.level is not None:
            parts.append("level >= :level")
            values["level"] = LEVELS.index(self.level)
        if self.q:
            parts.append("message ILIKE :q")
            escaped = self.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
            values["q"] = f"%{escaped}%"
        if self.regex:
            parts.append("message ~* :regex")
            values["regex"] = self.regex
        return " AND ".join(parts), values


async def list_logs(
    session: AsyncSession,
    run_id: UUID,
    wanted: LogFilter,
    *,
    after: int | None,
    before: int | None,
    limit: int,
    count_after: int | None,
) -> LogPage:
    """One page, ascending: behind `after`, or the last before `before`, or the newest. Lines behind `count_after` are
    counted.

    Raises:
        NotFound: no such run. BadRequest: a cursor, limit or regular expression that cannot be used.
    """
    check_limit(limit)
    for name, value in (("after", after), ("before", before)):
        if value is not None and not -1 <= value <= MAX_OFFSET:
            raise bad_parameter(name, "must be an offset, or -1 for the beginning")
    if not await exists(session, run_id):
        raise NotFound(f"There is no run {run_id}.")
    condition, values = wanted.condition()
    if after is not None:
        condition += ' AND "offset" > :after'
        values["after"] = after
    if before is not None:
        condition += ' AND "offset" < :before'
        values["before"] = before
    order = "ASC" if after is not None else "DESC"
    query = text(
        f'SELECT {LINE_COLUMNS} FROM logs WHERE {condition} ORDER BY "offset" {order} LIMIT :limit'  # noqa: S608
    )
    rows = await _search(session, query, {**values, "run_id": run_id, "limit": limit})
    wrote = await writers(session, run_id)
    items = [log_line(wrote.attempt_of(row.offset), *row) for row in (rows if order == "ASC" else reversed(rows))]
    counted = None if count_after is None else await _count(session, run_id, wanted, count_after)
    total, counted_to, complete = counted or (None, None, None)
    if order == "DESC":
        earlier = items[0].offset if len(items) == limit else 0
    else:
        earlier = items[0].offset if items else after + 1 if after is not None else 0
    return LogPage(
        items=items,
        next_cursor=items[-1].offset if items else (after if after is not None else -1),
        previous_cursor=earlier if earlier > 0 else None,
        total=total,
        total_complete=complete,
        counted_to=counted_to,
    )


async def _search(session: AsyncSession, query: Any, values: dict[str, Any]) -> list[Any]:
    await session.execute(text(f"SET LOCAL statement_timeout = '{SEARCH_TIMEOUT_S}s'"))
    try:
        return list((await session.execute(query, values)).all())
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state == "2201B":
            raise bad_parameter("regex", f"is not a regular expression: {_first_line(error)}") from None
        if state == "57014":
            raise bad_parameter("regex" if "regex" in values else "q", "took too long; search for less") from None
        raise


def _first_line(error: DBAPIError) -> str:
    return str(error.orig).splitlines()[0].rpartition(": ")[2]


async def _count(session: AsyncSession, run_id: UUID, wanted: LogFilter, after: int) -> tuple[int, int, bool]:
    """How many lines behind `after` the filter leaves, before which offset they were counted, and whether that is the
    end or only as far as the time went."""
    counts = await exact_log_counts(session, run_id)
    end = sum(counts)
    if after < 0 and not wanted.searches:
        lowest = LEVELS.index(wanted.level) if wanted.level is not None else 0
        return sum(counts[lowest:]), end, True
    condition, values = wanted.condition()
    query = text(f'SELECT count(*) FROM logs WHERE {condition} AND "offset" >= :low AND "offset" < :high')  # noqa: S608
    clock = asyncio.get_running_loop()
    deadline, total = clock.time() + COUNT_TIMEOUT_S, 0
    for low in range(after + 1, end, COUNT_CHUNK):
        if clock.time() > deadline:
            return total, low, False
        chunk = {**values, "run_id": run_id, "low": low, "high": min(low + COUNT_CHUNK, end)}
        total += (await _search(session, query, chunk))[0][0]
    return total, max(end, after + 1), True


async def download(database: Database, run_id: UUID, form: Format) -> AsyncIterator[bytes]:
    """Every line that is there now, page by page; a session per page, so that a slow client holds none."""
    after = -1
    async with database.read() as session:
        end = sum(await exact_log_counts(session, run_id))
    while after < end - 1:
        async with database.read() as session:
            limit = min(DOWNLOAD_CHUNK, end - 1 - after)
            query = {"run_id": run_id, "after": after, "limit": limit, "page_bytes": PAGE_BYTES}
            rows = (await session.execute(_NEXT_LINES, query)).all()
            wrote = await writers(session, run_id)
        if not rows:
            return
        after = rows[-1].offset
        lines = [log_line(wrote.attempt_of(row.offset), *row) for row in rows]
        yield b"".join(map(_as_text if form == "txt" else _as_json, lines))


def _as_json(line: LogLine) -> bytes:
    return msgspec.json.encode(line) + b"\n"


def _as_text(line: LogLine) -> bytes:
    """`2026-01-31T12:00:00.000000Z #1 INFO  message {"key": 1}`; the number is the attempt's."""
    when = line.timestamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    metadata = b"" if line.metadata is None else b" " + bytes(line.metadata)
    return f"{when} #{line.attempt} {line.level.upper():5} {line.message}".encode() + metadata + b"\n"
