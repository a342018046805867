"""REST: results."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter, QueryParameter

from athanor.db.session import Database
from athanor.domain.paging import DEFAULT_LIMIT, Page
from athanor.domain.parameters import MAX_TEXT, NO_NUL, CursorQuery, LimitQuery, OrderQuery
from athanor.domain.results import service
from athanor.domain.results.schemas import ResultDetail, ResultEntry


@get("/runs/{run_id:uuid}/results", operation_id="listResults", summary="List results")
async def list_results(
    database: NamedDependency[Database],
    run_id: FromPath[UUID],
    q: Annotated[str | None, QueryParameter(pattern=NO_NUL, max_length=MAX_TEXT, description="Text in the key")] = None,
    sort: Annotated[
        Literal["offset", "timestamp", "key", "size"], QueryParameter(description="What to sort by")
    ] = "offset",
    order: OrderQuery = "asc",
    cursor: CursorQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[ResultEntry]:
    """By offset unless sorted otherwise. Large values come as previews."""
    async with database.read() as session:
        return await service.list_results(session, run_id, q=q, sort=sort, order=order, cursor=cursor, limit=limit)


@get("/runs/{run_id:uuid}/results/{offset:int}", operation_id="getResult", summary="Get a result")
async def get_result(
    database: NamedDependency[Database],
    run_id: FromPath[UUID],
    offset: Annotated[int, PathParameter(ge=0, description="The result's place in the run")],
) -> ResultDetail:
    """One result with its whole value."""
    async with database.read() as session:
        return await service.get_result(session, run_id, offset)


router = Router("/api", route_handlers=[list_results, get_result], tags=["results"])
