"""REST: runs, and what of an instance only its runs can tell."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from athanor.db.session import Database
from athanor.domain.instances.schemas import InstanceSize
from athanor.domain.instances.service import faults_of_config
from athanor.domain.paging import DEFAULT_LIMIT, Page
from athanor.domain.parameters import MAX_TEXT, NO_NUL, CursorQuery, LimitQuery, OrderQuery
from athanor.domain.runs import removal, service
from athanor.domain.runs.schemas import CancelRun, Run, RunDetail, StartRun
from athanor.wire.status import Status

MAX_NUMBER = 2**31 - 1
Sort = Literal["created_at", "started_at", "completed_at", "number", "status"]


@get("/runs", operation_id="listRuns", summary="List runs")
async def list_runs(
    database: NamedDependency[Database],
    instance_id: Annotated[UUID | None, QueryParameter(description="Only runs of this instance")] = None,
    experiment: Annotated[
        str | None, QueryParameter(pattern=NO_NUL, max_length=MAX_TEXT, description="Only runs of this experiment")
    ] = None,
    status: Annotated[
        list[Status] | None, QueryParameter(description="Runs that stand so; given several times, any of them")
    ] = None,
    q: Annotated[
        str | None,
        QueryParameter(
            pattern=NO_NUL, max_length=MAX_TEXT, description="Text in the instance's name, experiment, error or id"
        ),
    ] = None,
    max_number: Annotated[
        int | None,
        QueryParameter(ge=0, le=MAX_NUMBER, description="Only runs with this number or a lower one in their instance"),
    ] = None,
    sort: Annotated[Sort, QueryParameter(description="What to sort by")] = "created_at",
    order: OrderQuery = "desc",
    cursor: CursorQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[Run]:
    """Newest first unless sorted otherwise; without configs and environments."""
    async with database.read() as session:
        return await service.list_runs(
            session,
            instance_id=instance_id,
            experiment=experiment,
            status=status or [],
            q=q,
            max_number=max_number,
            sort=sort,
            order=order,
            cursor=cursor,
            limit=limit,
        )


@post(
    "/instances/{instance_id:uuid}/runs",
    operation_id="startRun",
    summary="Start a run",
    opt={"further_faults": faults_of_config},
)
async def start_run(
    database: NamedDependency[Database], instance_id: FromPath[UUID], data: JSONBody[StartRun | None] = None
) -> RunDetail:
    """Creates a pending run with a frozen copy of the config; a worker with a free slot takes it.

    409 where the experiment cannot run now, or changed so that the instance's config no longer fits: the differences
    are named.
    """
    async with database.unit() as unit:
        return await service.start_run(unit, instance_id, data.config if data is not None else None)


@get("/runs/{run_id:uuid}", operation_id="getRun", summary="Get a run")
async def get_run(database: NamedDependency[Database], run_id: FromPath[UUID]) -> RunDetail:
    """The run with its config and environment."""
    async with database.read() as session:
        return await service.get_run(session, run_id)


@post("/runs/{run_id:uuid}/cancel", operation_id="cancelRun", summary="Cancel a run", status_code=200)
async def cancel_run(
    database: NamedDependency[Database], run_id: FromPath[UUID], data: JSONBody[CancelRun | None] = None
) -> RunDetail:
    """Idempotent. A pending run ends at once; a running one is asked, and ended by force after the grace period."""
    async with database.unit() as unit:
        return await service.cancel_run(unit, run_id, force=data.force if data is not None else False)


@delete("/runs/{run_id:uuid}", operation_id="deleteRun", summary="Delete a run")
async def delete_run(database: NamedDependency[Database], run_id: FromPath[UUID]) -> None:
    """Takes a run that is over away, with its logs, results and metrics. 409 for one that is not over."""
    async with database.unit() as unit:
        await service.delete_run(unit, run_id)


@delete(
    "/instances/{instance_id:uuid}", operation_id="deleteInstance", summary="Delete an instance", tags=["instances"]
)
async def delete_instance(database: NamedDependency[Database], instance_id: FromPath[UUID]) -> None:
    """Takes it and all its runs away at once, ends those that are active, and removes the rows in the background."""
    async with database.unit() as unit:
        await removal.delete_instance(unit, instance_id)
    async with database.unit() as unit:
        await removal.end_active_runs(unit, [instance_id])


@get(
    "/instances/{instance_id:uuid}/size",
    operation_id="getInstanceSize",
    summary="What a deletion takes along",
    tags=["instances"],
)
async def get_instance_size(database: NamedDependency[Database], instance_id: FromPath[UUID]) -> InstanceSize:
    """Counts the instance's runs and all that they wrote."""
    async with database.read() as session:
        return await removal.size_of(session, instance_id)


_RUNS = [list_runs, start_run, get_run, cancel_run, delete_run]
router = Router(
    "/api",
    route_handlers=[Router("/", route_handlers=_RUNS, tags=["runs"]), delete_instance, get_instance_size],
)
