"""REST: metrics."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.params import Parameter

from athanor.db.session import Database
from athanor.domain.metrics import service
from athanor.domain.metrics.schemas import MetricSummary, Series
from athanor.domain.paging import Items


@get("/runs/{run_id:uuid}/metrics", operation_id="listMetrics", summary="List metrics")
async def list_metrics(database: Database, run_id: UUID) -> Items[MetricSummary]:
    """Every metric of the run with its last, smallest and largest value."""
    async with database.read() as session:
        return Items(items=await service.list_metrics(session, run_id))


@get("/runs/{run_id:uuid}/metrics/{name:path}", operation_id="getMetric", summary="Get a metric's series")
async def get_metric(
    database: Database,
    run_id: UUID,
    name: str,
    points: Annotated[int, Parameter(description="At most so many points, 1 to 10,000")] = 1000,
) -> Series:
    """The series, thinned by equal buckets that keep each bucket's mean, minimum and maximum."""
    async with database.read() as session:
        return await service.get_series(session, run_id, name.removeprefix("/"), points)


router = Router("/api", route_handlers=[list_metrics, get_metric], tags=["metrics"])
