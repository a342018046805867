"""Reading results: lists with previews, single values whole."""

from uuid import UUID

from sqlalchemy import Text, case, cast, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.errors import NotFound
from athanor.domain.paging import BigInteger, Integer, Keyset, Moment, Order, Page, check_limit
from athanor.domain.paging import Text as AnyText
from athanor.domain.results.models import Result
from athanor.domain.results.schemas import (
    MAX_PREVIEW_BYTES,
    PREVIEW_CHARACTERS,
    ResultDetail,
    ResultEntry,
    result_entry,
)
from athanor.domain.runs.service import get_run

_ORDER = Keyset(
    columns={
        "offset": (Result.offset, BigInteger),
        "timestamp": (Result.timestamp, Moment),
        "key": (Result.key, AnyText),
        "size": (Result.size, Integer),
    },
    key=Result.offset,
    key_type=BigInteger,
)
# Of a large value only its beginning leaves the database.
_PREVIEW = case(
    (Result.size <= MAX_PREVIEW_BYTES, cast(Result.value, Text)),
    else_=func.left(cast(Result.value, Text), PREVIEW_CHARACTERS),
)


async def list_results(
    session: AsyncSession, run_id: UUID, *, q: str | None, sort: str, order: Order, cursor: str | None, limit: int
) -> Page[ResultEntry]:
    """`q` looks into keys. Raises NotFound for an unknown run."""
    check_limit(limit)
    await get_run(session, run_id)
    conditions = [Result.run_id == run_id]
    if q:
        conditions.append(Result.key.icontains(q, autoescape=True))
    query = select(Result.offset, Result.timestamp, Result.key, Result.size, _PREVIEW.label("value")).where(*conditions)
    rows = (await session.execute(_ORDER.apply(query, sort=sort, order=order, cursor=cursor, limit=limit))).all()
    total = (await session.execute(select(func.count()).select_from(Result).where(*conditions))).scalar_one()
    return Page(
        items=[result_entry(row.offset, row.timestamp, row.key, row.size, row.value) for row in rows[:limit]],
        next_cursor=_ORDER.next_cursor(rows, sort=sort, order=order, limit=limit),
        total=total,
    )


async def get_result(session: AsyncSession, run_id: UUID, offset: int) -> ResultDetail:
    """Raises NotFound for an unknown run or offset."""
    await get_run(session, run_id)
    result = await session.get(Result, (run_id, offset)) if 0 <= offset < 2**63 else None
    if result is None:
        raise NotFound(f"The run {run_id} has no result with offset {offset}.")
    return ResultDetail(
        offset=result.offset, key=result.key, timestamp=result.timestamp, size=result.size, value=result.value
    )
