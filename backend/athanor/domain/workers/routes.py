"""REST: workers."""

from litestar import Router, get
from litestar.di import NamedDependency

from athanor.db.session import Database
from athanor.domain.paging import Items
from athanor.domain.workers import service
from athanor.domain.workers.schemas import Worker


@get("/workers", operation_id="listWorkers", summary="List workers")
async def list_workers(database: NamedDependency[Database]) -> Items[Worker]:
    """The workers that are alive, by host. One that fell silent is listed until its lease is over."""
    async with database.read() as session:
        return Items(items=await service.list_workers(session))


router = Router("/api", route_handlers=[list_workers], tags=["workers"])
