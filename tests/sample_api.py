"""A small API with a handler of each kind, for tests of what is around the handlers."""

from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Router, get, patch, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import UNSET, Meta, Struct, UnsetType

from athanor.domain.errors import Conflict, FieldError, NotFound
from athanor.server.app import Server, create_app
from athanor.server.health import HealthChecks
from athanor.settings import Settings


class Draft(Struct, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, max_length=200)]
    config: dict[str, Any]
    tags: list[str] = []


class Change(Struct, kw_only=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1)] | UnsetType = UNSET
    force: bool = False


class Nested(Struct):
    child: "Nested | None" = None


Status = Literal["pending", "running"]


@post("/drafts", operation_id="createDraft")
async def create_draft(data: JSONBody[Draft]) -> Draft:
    return data


@patch("/drafts/{draft_id:uuid}", operation_id="changeDraft")
async def change_draft(draft_id: FromPath[UUID], data: JSONBody[Change]) -> dict[str, Any]:
    return {"name": None if data.name is UNSET else data.name, "force": data.force}


@get("/drafts", operation_id="listDrafts")
async def list_drafts(
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
    status: FromQuery[list[Status] | None] = None,
    order: FromQuery[Literal["asc", "desc"]] = "asc",
) -> dict[str, Any]:
    return {"limit": limit, "status": status, "order": order}


@post("/drafts/{draft_id:uuid}/cancel", operation_id="cancelDraft", status_code=200)
async def cancel_draft(draft_id: FromPath[UUID], data: JSONBody[Change | None] = None) -> dict[str, Any]:
    return {"force": data is not None and data.force}


@post("/nested", operation_id="nested")
async def nested(data: JSONBody[Nested]) -> dict[str, str]:
    return {}


@get("/fails/{how:str}", operation_id="fails")
async def fails(how: FromPath[str]) -> dict[str, str]:
    if how == "conflict":
        raise Conflict("The run is over.", [FieldError("/status", "must be running")])
    if how == "missing":
        raise NotFound("There is no run 5.")
    raise RuntimeError("password=hunter2")


async def fine() -> None:
    return None


def build(settings: Settings) -> Server:
    handlers = [create_draft, change_draft, list_drafts, cancel_draft, nested, fails]
    return create_app(settings, routers=[Router("/api", route_handlers=handlers)], checks=HealthChecks(fine, fine))


ID = "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"
