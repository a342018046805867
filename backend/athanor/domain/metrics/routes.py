"""REST: metrics."""

from typing import Annotated, Any
from urllib.parse import unquote_to_bytes
from uuid import UUID

from litestar import Request, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, PathParameter, QueryParameter

from athanor.db.session import Database
from athanor.domain.metrics import service
from athanor.domain.metrics.schemas import MetricSummary, Series
from athanor.domain.paging import Items


@get("/runs/{run_id:uuid}/metrics", operation_id="listMetrics", summary="List metrics")
async def list_metrics(database: NamedDependency[Database], run_id: FromPath[UUID]) -> Items[MetricSummary]:
    """Every metric of the run with its last, smallest and largest value."""
    async with database.read() as session:
        return Items(items=await service.list_metrics(session, run_id))


@get("/runs/{run_id:uuid}/metrics/{name:path}", operation_id="getMetric", summary="Get a metric's series")
async def get_metric(
    request: Request[Any, Any, Any],
    database: NamedDependency[Database],
    run_id: FromPath[UUID],
    name: Annotated[str, PathParameter(description="Percent-encoded; a slash may stand as it is or as %2F")],
    points: Annotated[
        int, QueryParameter(ge=1, le=service.MAX_POINTS, description="At most so many points")
    ] = service.DEFAULT_POINTS,
) -> Series:
    """The series, thinned by equal buckets that keep each bucket's mean, minimum and maximum."""
    async with database.read() as session:
        return await service.get_series(session, run_id, _name_as_sent(request, name), points)


def _name_as_sent(request: Request[Any, Any, Any], name: str) -> str:
    """The name with every slash it has: the router drops doubled and trailing ones."""
    _, found, sent = request.scope["raw_path"].partition(b"/metrics/")
    return unquote_to_bytes(sent).decode("utf-8", "replace") if found else name.removeprefix("/")


router = Router("/api", route_handlers=[list_metrics, get_metric], tags=["metrics"])
