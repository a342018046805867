"""REST: runs."""

from typing import Annotated
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.params import Parameter

from athanor.db.session import Database
from athanor.domain.paging import DEFAULT_LIMIT, Order, Page
from athanor.domain.runs import service
from athanor.domain.runs.schemas import CancelRun, Run, RunDetail, StartRun
from athanor.wire.status import Status

Limit = Annotated[int, Parameter(description="Items per page, 1 to 1000")]
Cursor = Annotated[str | None, Parameter(description="`next_cursor` of the page before")]


@get("/runs", operation_id="listRuns", summary="List runs")
async def list_runs(
    database: Database,
    instance_id: UUID | None = None,
    experiment: str | None = None,
    status: Annotated[list[Status] | None, Parameter(description="May be given several times")] = None,
    q: Annotated[str | None, Parameter(description="In instance names, experiments, errors and ids")] = None,
    sort: str = "created_at",
    order: Order = "desc",
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[Run]:
    """Newest first unless sorted otherwise; by created_at, started_at, completed_at, number or status."""
    async with database.read() as session:
        return await service.list_runs(
            session,
            instance_id=instance_id,
            experiment=experiment,
            status=status or [],
            q=q,
            sort=sort,
            order=order,
            cursor=cursor,
            limit=limit,
        )


@post("/instances/{instance_id:uuid}/runs", operation_id="startRun", summary="Start a run")
async def start_run(database: Database, instance_id: UUID, data: StartRun | None = None) -> RunDetail:
    """Creates a pending run with a frozen copy of the config; a worker with a free slot takes it."""
    async with database.unit() as unit:
        return await service.start_run(unit, instance_id, data.config if data is not None else None)


@get("/runs/{run_id:uuid}", operation_id="getRun", summary="Get a run")
async def get_run(database: Database, run_id: UUID) -> RunDetail:
    """The run with its config and environment."""
    async with database.read() as session:
        return await service.get_run(session, run_id)


@post("/runs/{run_id:uuid}/cancel", operation_id="cancelRun", summary="Cancel a run", status_code=200)
async def cancel_run(database: Database, run_id: UUID, data: CancelRun | None = None) -> RunDetail:
    """Idempotent. A pending run ends at once; a running one is asked, and ended by force after the grace period."""
    async with database.unit() as unit:
        return await service.cancel_run(unit, run_id, force=data.force if data is not None else False)


@delete("/runs/{run_id:uuid}", operation_id="deleteRun", summary="Delete a run")
async def delete_run(database: Database, run_id: UUID) -> None:
    """Takes a run that is over away, with its logs, results and metrics."""
    async with database.unit() as unit:
        await service.delete_run(unit, run_id)


router = Router("/api", route_handlers=[list_runs, start_run, get_run, cancel_run, delete_run], tags=["runs"])
