"""openapi.json: paths and parameters from the routes, every body's schema from the msgspec types themselves."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin

import msgspec
from litestar import Litestar, Response
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.spec import Components, License, SecurityScheme
from litestar.routes import HTTPRoute
from litestar.types import ControllerRouterHandler

import athanor
from athanor.server.errors import PROBLEM_MEDIA_TYPE, Problem
from athanor.server.openapi_stream import STREAM_TYPES, add_stream
from athanor.server.openapi_types import components_of

_DESCRIPTION = """\
Everything that Athanor's page and commands do, they do through this API.

Errors are `application/problem+json` (RFC 9457); `errors` names each fault of the input by JSON Pointer. Times are
RFC 3339 in UTC. Lists come in pages: follow `next_cursor` until it is null.

What happens is told on the WebSocket `/api/stream`: a client sends `ClientFrame`, the server `ServerFrame`; the schemas
say what each holds.
"""

_OUTCOMES = {"200": "Done.", "201": "Created.", "204": "Deleted."}


def describe(
    handlers: Sequence[ControllerRouterHandler], dependencies: Mapping[str, Provide] | None = None
) -> dict[str, Any]:
    """The OpenAPI 3.1 description of `handlers`, and of the stream's frames and events.

    `dependencies`: what handlers are given by name, which no client sends.

    Raises:
        ValueError: a handler without an operation id of its own, or two types of one name.
    """
    config = OpenAPIConfig(
        title="Athanor",
        version=athanor.__version__,
        description=_DESCRIPTION,
        license=License(name="Apache-2.0", identifier="Apache-2.0"),
        use_handler_docstrings=True,
        components=Components(
            security_schemes={"token": SecurityScheme(type="http", scheme="bearer", description="`ATHANOR_TOKEN`")}
        ),
        security=[{}, {"token": []}],
    )
    routes = Litestar(handlers, dependencies=dict(dependencies or {}), openapi_config=config, logging_config=None)
    description: dict[str, Any] = json.loads(msgspec.json.encode(routes.openapi_schema.to_schema()))
    operations = list(_operations(routes))
    bodies = [kind for _, _, handler in operations for body in _bodies(handler) for kind in _parts(body)]
    named, components = components_of([Problem, *bodies, *STREAM_TYPES])
    add_stream(components)
    for path, method, handler in operations:
        _fill(description["paths"][path][method], handler, named)
    description["components"]["schemas"] = dict(sorted(components.items()))
    description["components"]["responses"] = {
        "Problem": {
            "description": "What went wrong and what to do about it.",
            "content": {PROBLEM_MEDIA_TYPE: {"schema": named[Problem]}},
        }
    }
    return description


def as_text(description: Mapping[str, Any]) -> str:
    """The description as the file openapi.json holds it."""
    return json.dumps(description, indent=2, ensure_ascii=False) + "\n"


def _operations(routes: Litestar) -> Iterator[tuple[str, str, HTTPRouteHandler]]:
    for route in routes.routes:
        if not isinstance(route, HTTPRoute):
            continue
        for method, (handler, _) in route.route_handler_map.items():
            if handler.resolve_include_in_schema():
                if not isinstance(handler.operation_id, str):
                    raise ValueError(f"{handler}: {method} {route.path_format} needs an operation_id")
                yield route.path_format, method.lower(), handler


def _bodies(handler: HTTPRouteHandler) -> tuple[Any, Any]:
    """The types of the request's and of the response's body; None where there is none that has a schema."""
    signature = handler.parsed_fn_signature
    data = signature.parameters.get("data")
    answer = signature.return_type.raw
    if get_origin(answer) is Response:
        (answer,) = get_args(answer)
    has_schema = answer is not None and answer is not type(None) and not _is_bare(answer)
    return (None if data is None else data.annotation), (answer if has_schema else None)


def _parts(body: Any) -> list[Any]:
    """A body's type, and what it is where it is not null."""
    if body is None:
        return []
    return [body, *(part for part in get_args(body) if isinstance(part, type) and issubclass(part, msgspec.Struct))]


def _is_bare(answer: Any) -> bool:
    """Bytes, text and streams speak for themselves."""
    return isinstance(answer, type) and not issubclass(answer, msgspec.Struct) and answer not in (dict, list)


def _fill(operation: dict[str, Any], handler: HTTPRouteHandler, named: Mapping[Any, dict[str, Any]]) -> None:
    given, answer = _bodies(handler)
    if given is not None:
        required = not handler.parsed_fn_signature.parameters["data"].has_default
        content = operation["requestBody"]["content"]["application/json"]
        content["schema"] = named[given]
        operation["requestBody"] = {"required": required, "content": {"application/json": content}}
    operation.pop("deprecated")
    for parameter in operation.get("parameters", ()):
        _plain(parameter)
    responses = operation["responses"]
    responses.pop("400", None)
    for status, response in responses.items():
        if not response.get("headers", True):
            del response["headers"]
        if status in _OUTCOMES and handler.response_description is None:
            response["description"] = _OUTCOMES[status]
        content = response.get("content", {}).get("application/json")
        if response.get("content") and answer is None:
            kinds = handler.opt.get("media_types", response["content"])
            response["content"] = {kind: {"schema": {"type": "string"}} for kind in kinds}
        if answer is not None and content is not None and re.fullmatch("2..|503", status):
            content["schema"] = named[answer]
    responses["4XX"] = {"$ref": "#/components/responses/Problem"}
    responses["5XX"] = {"$ref": "#/components/responses/Problem"}


def _plain(parameter: dict[str, Any]) -> None:
    """A parameter of an address is there or not: it is never null. What says nothing is left out."""
    for name in ("deprecated", "allowEmptyValue", "allowReserved"):
        parameter.pop(name, None)
    schema = parameter["schema"]
    for part in schema.pop("oneOf", ()):
        if part != {"type": "null"}:
            parameter["schema"] = schema = {**part, **schema}
    if isinstance(schema.get("type"), list):
        (schema["type"],) = [name for name in schema["type"] if name != "null"]
    if "enum" in schema:
        schema["enum"] = [value for value in schema["enum"] if value is not None]
    for name in ("minimum", "maximum"):
        if isinstance(limit := schema.get(name), float) and limit.is_integer():
            schema[name] = int(limit)
    schema.pop("description", None)
