"""Faults of query parameters, in the words used for configs."""

import re
from typing import Any, Literal, get_args, get_origin

import msgspec
from litestar import Request
from litestar.typing import FieldDefinition

from athanor.domain.errors import FieldError
from athanor.domain.experiments.config import faults
from athanor.domain.experiments.config_schema import types_of
from athanor.domain.paging import bad_parameter


async def refuse_null(request: Request[Any, Any, Any]) -> None:
    """A filter that a script filled with nothing must not count as absent, which is what the parser takes "null" for.

    Raises:
        BadRequest: the word null for a parameter that is no text.
    """
    for name, value in request.query_params.multi_items():
        field = request.route_handler.parsed_fn_signature.parameters.get(name)
        if field is None or value.lower() != "null":
            continue
        schema = _parameter_schema(field)
        if found := faults(schema.get("items", schema), value):
            raise bad_parameter(name, found[0].message)


def parameter_fault(request: Request[Any, Any, Any], part: dict[str, Any]) -> FieldError:
    """One complaint of the argument parser in our words; its path is `?name`."""
    name = str(part.get("key", ""))
    message = str(part.get("message", "cannot be used"))
    field = request.route_handler.parsed_fn_signature.parameters.get(name)
    given = request.query_params.getall(name, [])
    if field is not None and given:
        schema = _parameter_schema(field)
        several = "array" in types_of(schema, schema)
        values = [_as_number(text) for text in given]
        if found := faults(schema, values if several else values[-1]):
            return FieldError(f"?{name}", found[-1].message)
    return FieldError(f"?{name}", message[:1].lower() + message[1:])


def _parameter_schema(field: FieldDefinition) -> dict[str, Any]:
    """What a given value must fit: an absent parameter may be null, a given one is not."""
    schema = msgspec.json.schema(field.annotation)
    for part in schema.pop("anyOf", ()):
        if part != {"type": "null"}:
            schema |= part
    target = schema.get("items", schema)
    if "enum" in target:
        target["enum"] = _words_of(field.annotation)  # in the order of the source, not of the alphabet
    limits = {keyword: getattr(field.kwarg_definition, name, None) for name, keyword in _LIMITS.items()}
    return schema | {keyword: limit for keyword, limit in limits.items() if limit is not None}


def _words_of(annotation: Any) -> list[Any]:
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    return [word for part in get_args(annotation) for word in _words_of(part)]


_LIMITS = {
    "gt": "exclusiveMinimum",
    "ge": "minimum",
    "lt": "exclusiveMaximum",
    "le": "maximum",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
    "min_length": "minLength",
    "max_length": "maxLength",
}


def _as_number(text: str) -> object:
    if re.fullmatch(r"[+-]?\d{1,40}", text):
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
