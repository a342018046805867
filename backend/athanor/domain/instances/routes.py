"""REST: instances. Their runs, their size and their deletion are with the runs."""

from typing import Annotated, Literal
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody, QueryParameter

from athanor.db.session import Database
from athanor.domain.instances import service
from athanor.domain.instances.schemas import CreateInstance, Instance, UpdateInstance
from athanor.domain.paging import DEFAULT_LIMIT, Page
from athanor.domain.parameters import MAX_TEXT, NO_NUL, CursorQuery, LimitQuery, OrderQuery
from athanor.wire.status import Status

Sort = Literal["name", "created_at", "updated_at", "active_at"]


@get("/instances", operation_id="listInstances", summary="List instances")
async def list_instances(
    database: NamedDependency[Database],
    q: Annotated[
        str | None,
        QueryParameter(
            pattern=NO_NUL, max_length=MAX_TEXT, description="Text in name, description, experiment, tags or id"
        ),
    ] = None,
    experiment: Annotated[
        str | None, QueryParameter(pattern=NO_NUL, max_length=MAX_TEXT, description="Only of this experiment")
    ] = None,
    status: Annotated[
        list[Status] | None,
        QueryParameter(
            description="pending, running: it has a run that stands so. completed, failed, cancelled: its last run "
            "ended so; failed also where one of its runs failed within 24 hours. Given several times, any of them"
        ),
    ] = None,
    tag: Annotated[
        list[str] | None,
        QueryParameter(
            description="Only with this tag; given several times, with all of them",
            schema_extra={"items": {"type": "string", "pattern": NO_NUL}},
        ),
    ] = None,
    sort: Annotated[Sort, QueryParameter(description="What to sort by")] = "active_at",
    order: OrderQuery = "desc",
    cursor: CursorQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> Page[Instance]:
    """Those where something happened last come first, unless sorted otherwise."""
    async with database.read() as session:
        return await service.list_instances(
            session,
            q=q,
            experiment=experiment,
            status=status or [],
            tag=tag or [],
            sort=sort,
            order=order,
            cursor=cursor,
            limit=limit,
        )


@post(
    "/instances",
    operation_id="createInstance",
    summary="Create an instance",
    opt={"further_faults": service.faults_of_config},
)
async def create_instance(database: NamedDependency[Database], data: JSONBody[CreateInstance]) -> Instance:
    """Sets an experiment up: a name, tags and a config, completed by the defaults and checked. Starts nothing."""
    async with database.unit() as unit:
        return await service.create_instance(unit, data)


@get("/instances/{instance_id:uuid}", operation_id="getInstance", summary="Get an instance")
async def get_instance(database: NamedDependency[Database], instance_id: FromPath[UUID]) -> Instance:
    """The instance with its config, its run counts and its newest runs."""
    async with database.read() as session:
        return await service.get_instance(session, instance_id)


@patch(
    "/instances/{instance_id:uuid}",
    operation_id="updateInstance",
    summary="Change an instance",
    opt={"further_faults": service.faults_of_config},
)
async def update_instance(
    database: NamedDependency[Database], instance_id: FromPath[UUID], data: JSONBody[UpdateInstance]
) -> Instance:
    """Changes the given fields only; a given `config` replaces the whole config. Runs made before keep theirs."""
    async with database.unit() as unit:
        return await service.update_instance(unit, instance_id, data)


router = Router(
    "/api", route_handlers=[list_instances, create_instance, get_instance, update_instance], tags=["instances"]
)
