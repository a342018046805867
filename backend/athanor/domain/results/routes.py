"""REST: results."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import Parameter

from athanor.db.session import Database
from athanor.domain.paging import DEFAULT_LIMIT, Order, Page
from athanor.domain.results import service
from athanor.domain.results.schemas import ResultDetail, ResultEntry


@get("/runs/{run_id:uuid}/results", operation_id="listResults", summary="List results")
async def list_results(
    database: Database,
    run_id: UUID,
    q: Annotated[str | None, Parameter(description="Text in the key")] = None,
    sort: str = "offset",
    order: Order = "asc",
    cursor: Annotated[str | None, Parameter(description="`next_cursor` of the page before")] = None,
    limit: Annotated[int, Parameter(description="Items per page, 1 to 1000")] = DEFAULT_LIMIT,
) -> Page[ResultEntry]:
    """By offset unless sorted otherwise; by timestamp, key or size. Large values come as previews."""
    async with database.read() as session:
        return await service.list_results(session, run_id, q=q, sort=sort, order=order, cursor=cursor, limit=limit)


@get("/runs/{run_id:uuid}/results/{offset:int}", operation_id="getResult", summary="Get a result")
async def get_result(database: Database, run_id: UUID, offset: int) -> ResultDetail:
    """One result with its whole value."""
    async with database.read() as session:
        return await service.get_result(session, run_id, offset)


router = Router("/api", route_handlers=[list_results, get_result], tags=["results"])
