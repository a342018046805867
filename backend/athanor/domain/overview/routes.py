"""REST: the overview."""

from litestar import Router, get
from litestar.di import NamedDependency

from athanor.db.session import Database
from athanor.domain.overview import service
from athanor.domain.overview.schemas import Overview


@get("/overview", operation_id="getOverview", summary="How everything stands")
async def get_overview(database: NamedDependency[Database], cancel_grace_s: NamedDependency[float]) -> Overview:
    """Running, queued and failed runs; workers, slots and queues."""
    async with database.read() as session:
        return await service.read_overview(session, cancel_grace_s=cancel_grace_s)


router = Router("/api", route_handlers=[get_overview], tags=["overview"])
