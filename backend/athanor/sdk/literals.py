"""The order in which literals and enums were written: msgspec's JSON Schema sorts them."""

import enum
import re
import typing
from collections.abc import Iterator
from typing import Any

from athanor.sdk.hints import UNIONS, arguments_of, every_hint, fields_of
from athanor.sdk.schemas import JsonObject


def order_literals(schema: JsonObject, config_type: Any) -> None:
    """Puts literals and enums, which msgspec sorts, into the order of the source."""
    definitions = schema.get("$defs", {})
    _walk(schema, config_type)
    for cls in every_hint(config_type):
        node = definitions.get(_full_name(cls)) or definitions.get(_short_name(cls)) or {}
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            _reorder(node, [member.value for member in cls])
        for name, hint in fields_of(cls):
            part = node.get("properties", {}).get(name)
            if part is not None:
                _walk(part, hint)


def _walk(node: Any, hint: Any) -> None:
    """Reorders the literals written inline at `node`, which describes `hint`."""
    if not isinstance(node, dict):
        return
    origin = typing.get_origin(hint)
    literals = list(_literals(hint))
    branches = [node, *(branch for branch in node.get("anyOf", ()) if isinstance(branch, dict))]
    for branch in branches:
        if literals:
            _reorder(branch, literals)
    if origin is typing.Literal:
        return
    if origin in UNIONS or origin is typing.Annotated or hasattr(hint, "__supertype__") or hasattr(hint, "__value__"):
        for member in arguments_of(hint):
            for branch in branches:
                _walk(branch, member)
        return
    arguments = typing.get_args(hint)
    if "prefixItems" in node:
        for part, argument in zip(node["prefixItems"], arguments, strict=False):
            _walk(part, argument)
    elif arguments and "items" in node:
        _walk(node["items"], arguments[0])
    elif len(arguments) == 2 and "additionalProperties" in node:
        _walk(node["additionalProperties"], arguments[1])


def _literals(hint: Any) -> Iterator[Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        for argument in typing.get_args(hint):
            yield from _literals(argument) if typing.get_origin(argument) is typing.Literal else (argument,)
    elif origin in UNIONS or origin is typing.Annotated:
        for argument in arguments_of(hint):
            yield from _literals(argument)


def _reorder(node: JsonObject, values: list[Any]) -> None:
    if "enum" in node and {(type(v), v) for v in node["enum"]} == {(type(v), v) for v in values}:
        node["enum"] = list(dict.fromkeys(values))


def _short_name(cls: Any) -> str:
    origin = typing.get_origin(cls)
    if origin is None:
        return _normal(getattr(cls, "__name__", ""))
    shown = ", ".join(part.__name__ if isinstance(part, type) else repr(part) for part in typing.get_args(cls))
    return _normal(f"{origin.__name__}[{shown}]")


def _full_name(cls: Any) -> str:
    return _normal(f"{cls.__module__}.{getattr(cls, '__qualname__', '')}")


def _normal(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)
