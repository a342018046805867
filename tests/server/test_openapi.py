"""openapi.json: complete, true to the types, and the same as the committed file."""

import json
import re
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

import jsonschema
import pytest
from click.testing import CliRunner
from litestar import Response, Router, delete, get, post
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from athanor.cli.openapi import openapi
from athanor.server.main import composed
from athanor.server.openapi import describe
from athanor.settings import Settings

ROOT = Path(__file__).parents[2]


class Sgd(Struct, tag_field="kind", tag="sgd", forbid_unknown_fields=True):
    lr: Annotated[float, Meta(gt=0, description="How fast")] = 0.1


class Adam(Struct, tag_field="kind", tag="adam", forbid_unknown_fields=True):
    beta: float


class Order(Struct, forbid_unknown_fields=True):
    """What a person wants.

    In full.
    """

    name: Annotated[str, Meta(min_length=1)]
    optimizer: Sgd | Adam | None = None

    example: ClassVar = {"name": "first", "optimizer": {"kind": "adam", "beta": 0.9}}


class Page(Struct):
    items: list[Order]
    next_cursor: str | None


@post("/orders", operation_id="createOrder", tags=["orders"])
async def create_order(data: JSONBody[Order]) -> Order:
    """Create an order."""
    return data


@post("/orders/{order_id:uuid}/cancel", operation_id="cancelOrder", status_code=200)
async def cancel_order(order_id: FromPath[UUID], data: JSONBody[Order | None] = None) -> Response[Order]:
    raise NotImplementedError


@get("/orders", operation_id="listOrders")
async def list_orders(
    limit: Annotated[int, QueryParameter(ge=1, le=1000, description="How many")] = 100,
    order: FromQuery[Literal["asc", "desc"]] = "asc",
) -> Page:
    raise NotImplementedError


@delete("/orders/{order_id:uuid}", operation_id="deleteOrder")
async def delete_order(order_id: FromPath[UUID]) -> None:
    raise NotImplementedError


@get("/anonymous")
async def anonymous() -> Page:
    raise NotImplementedError


def described() -> dict[str, Any]:
    return describe([Router("/api", route_handlers=[create_order, cancel_order, list_orders, delete_order])])


def test_bodies_are_the_types_themselves() -> None:
    found = described()
    order = found["components"]["schemas"]["Order"]
    assert order == {
        "title": "Order",
        "description": "What a person wants.\n\nIn full.",
        "type": "object",
        "properties": {
            "name": {"type": "string", "minLength": 1},
            "optimizer": {
                "anyOf": [
                    {
                        "anyOf": [{"$ref": "#/components/schemas/Sgd"}, {"$ref": "#/components/schemas/Adam"}],
                        "discriminator": {
                            "propertyName": "kind",
                            "mapping": {"sgd": "#/components/schemas/Sgd", "adam": "#/components/schemas/Adam"},
                        },
                    },
                    {"type": "null"},
                ],
                "default": None,
            },
        },
        "required": ["name"],
        "additionalProperties": False,
        "examples": [Order.example],
    }
    create = found["paths"]["/api/orders"]["post"]
    reference = {"$ref": "#/components/schemas/Order"}
    assert create["operationId"] == "createOrder"
    assert create["description"] == "Create an order."
    assert create["requestBody"] == {"required": True, "content": {"application/json": {"schema": reference}}}
    assert create["responses"] == {
        "201": {"description": "Created.", "content": {"application/json": {"schema": reference}}},
        "4XX": {"$ref": "#/components/responses/Problem"},
        "5XX": {"$ref": "#/components/responses/Problem"},
    }
    cancel = found["paths"]["/api/orders/{order_id}/cancel"]["post"]
    assert cancel["requestBody"]["required"] is False
    assert cancel["responses"]["200"]["content"]["application/json"]["schema"] == reference
    assert found["paths"]["/api/orders/{order_id}"]["delete"]["responses"]["204"] == {"description": "Deleted."}
    page = found["paths"]["/api/orders"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert page == {"$ref": "#/components/schemas/Page"}


def test_parameters_have_their_limits() -> None:
    parameters = {part["name"]: part for part in described()["paths"]["/api/orders"]["get"]["parameters"]}
    limit = parameters["limit"]["schema"]
    assert (limit["minimum"], limit["maximum"], limit["default"]) == (1, 1000, 100)
    assert parameters["order"]["schema"]["enum"] == ["asc", "desc"]


def test_an_operation_without_an_id_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="needs an operation_id"):
        describe([Router("/api", route_handlers=[anonymous])])


def test_the_served_description_is_whole_and_its_examples_fit() -> None:
    found = json.loads(composed(Settings()).openapi_json())
    assert found["openapi"] == "3.1.0"
    schemas = found["components"]["schemas"]
    references = set(_references(found))
    assert references <= {f"#/components/schemas/{name}" for name in schemas} | {"#/components/responses/Problem"}
    for name, schema in schemas.items():
        for example in schema.get("examples", []):
            whole = {"$ref": f"#/components/schemas/{name}", "components": found["components"]}
            jsonschema.Draft202012Validator(whole).validate(example)
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert re.fullmatch("[a-z]+([A-Z][a-z]+)*", operation["operationId"]), (path, method)
            assert operation["summary"], (path, method)
            assert operation["description"], (path, method)
            assert len(operation["tags"]) == 1
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert not names & {"database", "hub"}
            for schema in _bodies(operation):
                reference = schema.get("$ref") or schema["anyOf"][0]["$ref"]
                assert schemas[reference.rpartition("/")[2]]["examples"], (path, method)
    for name, schema in schemas.items():
        assert re.fullmatch(r"[A-Z]\w+", name)
        assert "_" not in name
        for field, part in schema.get("properties", {}).items():
            assert part.keys() - {"title"}, f"{name}.{field} says nothing"


def _bodies(operation: dict[str, Any]) -> list[dict[str, Any]]:
    parts = [operation["requestBody"]] if "requestBody" in operation else []
    parts += [response for status, response in operation["responses"].items() if status.startswith("2")]
    return [
        part["content"]["application/json"]["schema"] for part in parts if "application/json" in part.get("content", {})
    ]


def test_every_event_is_described_and_told_apart() -> None:
    schemas = json.loads(composed(Settings()).openapi_json())["components"]["schemas"]
    members = [part["$ref"].rpartition("/")[2] for part in schemas["Event"]["oneOf"]]
    told = {schemas[name]["properties"]["event"]["enum"][0]: schemas[name] for name in members}
    assert set(told) == {
        "run.created", "run.updated", "run.deleted", "progress", "instance.created", "instance.updated",
        "instance.deleted", "experiments.updated", "workers.updated",
    }  # fmt: skip
    assert {part["properties"]["data"]["$ref"].rpartition("/")[2] for part in told.values()} == {
        "Run", "RunProgress", "Deleted", "Instance", "CatalogueChange", "WorkersChange",
    }  # fmt: skip
    for part in told.values():
        assert part["required"] == ["type", "topic", "event", "data"]
    frames = [schemas[part["$ref"].rpartition("/")[2]] for part in schemas["ServerFrame"]["oneOf"]]
    types = [frame["properties"]["type"]["enum"][0] for frame in frames if "properties" in frame]
    assert types == ["subscribed", "batch", "skip", "end", "resync", "heartbeat", "error", "pong"]


def _references(part: Any) -> Any:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from _references(value)
    elif isinstance(part, list):
        for value in part:
            yield from _references(value)


def test_the_committed_file_is_the_api() -> None:
    done = CliRunner().invoke(openapi, ["--check", str(ROOT / "openapi.json")])
    assert done.exit_code == 0, done.output


def test_drift_fails_and_says_how_to_mend_it(tmp_path: Path) -> None:
    file = tmp_path / "openapi.json"
    for before in (None, "{}\n"):
        if before is not None:
            file.write_text(before)
        done = CliRunner().invoke(openapi, ["--check", str(file)])
        assert done.exit_code == 1
        assert "make types" in done.output
    assert CliRunner().invoke(openapi, ["--write", str(file)]).exit_code == 0
    assert CliRunner().invoke(openapi, ["--check", str(file)]).exit_code == 0
    assert CliRunner().invoke(openapi, []).output == file.read_text()
