"""What msgspec's JSON Schema leaves out: the order of literals and enums, and defaults made by factories."""

import dataclasses
import enum
import math
import re
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

import msgspec

from athanor.sdk.errors import ExperimentError
from athanor.wire.text import clean_text

JsonObject: TypeAlias = dict[str, Any]
_UNIONS = (typing.Union, types.UnionType)


class Field(typing.NamedTuple):
    """A field of a config class: its name in JSON, its type, and what makes its default, if anything."""

    name: str
    hint: Any
    default: Callable[[], Any] | None
    by_factory: bool


def add_what_python_knows(schema: JsonObject, config_type: Any) -> None:
    """Puts literals and enums into the order of the source, and adds the defaults of default factories."""
    definitions = schema.get("$defs", {})
    _walk(schema, config_type)
    for cls in _classes(config_type, {}):
        node = definitions.get(_full_name(cls)) or definitions.get(_short_name(cls)) or {}
        if isinstance(cls, type) and issubclass(cls, enum.Enum):
            _reorder(node, [member.value for member in cls])
        for field in fields_of(cls):
            part = node.get("properties", {}).get(field.name)
            if part is not None:
                _walk(part, field.hint)
                if field.by_factory and field.default is not None and "default" not in part:
                    part["default"] = msgspec.to_builtins(field.default())


def object_defaults(config_type: Any) -> JsonObject:
    """Default values by JSON name: every field that has one."""
    defaults = {field.name: msgspec.to_builtins(field.default()) for field in fields_of(config_type) if field.default}
    config = getattr(config_type, "__struct_config__", None)
    if config is not None and config.tag_field is not None:
        defaults = {config.tag_field: config.tag, **defaults}
    return plain_object(defaults)


def fields_of(cls: Any) -> list[Field]:
    """The fields of a Struct, dataclass or TypedDict; none for anything else."""
    origin = typing.get_origin(cls) or cls
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        return [
            _field(part.encode_name, part.type, part.default, part.default_factory, msgspec.NODEFAULT)
            for part in msgspec.structs.fields(cls)
        ]
    if isinstance(origin, type) and dataclasses.is_dataclass(origin):
        hints = typing.get_type_hints(origin, include_extras=True)
        return [
            _field(part.name, hints.get(part.name), part.default, part.default_factory, dataclasses.MISSING)
            for part in dataclasses.fields(origin)
            if part.init
        ]
    if typing.is_typeddict(origin):
        hints = typing.get_type_hints(origin, include_extras=True)
        return [Field(name, hint, None, False) for name, hint in hints.items()]
    return []


def _field(name: str, hint: Any, default: Any, factory: Any, missing: Any) -> Field:
    if factory is not missing:
        return Field(name, hint, factory, True)
    return Field(name, hint, None if default is missing else lambda: default, False)


def _classes(hint: Any, seen: dict[Any, None]) -> Iterator[Any]:
    """Every class with fields, and every enum, that `hint` leads to."""
    if hint in seen:
        return
    seen[hint] = None
    fields = fields_of(hint)
    if fields or (isinstance(hint, type) and issubclass(hint, enum.Enum)):
        yield hint
    for part in [*(field.hint for field in fields), *_arguments(hint)]:
        yield from _classes(part, seen)


def _arguments(hint: Any) -> tuple[Any, ...]:
    if typing.get_origin(hint) is typing.Literal:
        return ()
    if typing.get_origin(hint) is typing.Annotated:
        return (hint.__origin__,)
    if hasattr(hint, "__supertype__"):
        return (hint.__supertype__,)
    if hasattr(hint, "__value__"):
        return (hint.__value__,)
    return tuple(argument for argument in typing.get_args(hint) if not isinstance(argument, (list, type(...))))


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
    if origin in _UNIONS or origin is typing.Annotated or hasattr(hint, "__supertype__") or hasattr(hint, "__value__"):
        for member in _arguments(hint):
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
    elif origin in _UNIONS or origin is typing.Annotated:
        for argument in _arguments(hint):
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


def plain_object(value: Mapping[Any, Any]) -> JsonObject:
    """A copy made of JSON's types only. Numbers that JSON has no word for are left out of objects."""
    return {clean_text(str(key)): _plain(item) for key, item in value.items() if not _is_wordless(item)}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain_object(value)
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean_text(value)
    return value if value is None or isinstance(value, (int, float, bool)) else msgspec.to_builtins(value)


def _is_wordless(value: object) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def resolved(node: JsonObject, root: JsonObject) -> JsonObject:
    """What `node` refers to in `root`'s definitions, or `node` itself."""
    reference = node.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        return root.get("$defs", {}).get(reference.removeprefix("#/$defs/"), node)  # type: ignore[no-any-return]
    return node


def refuse_non_object(schema: JsonObject) -> None:
    """Raises ExperimentError when `schema` describes something that is no JSON object."""
    kind = resolved(schema, schema).get("type", "object")
    if kind != "object":
        raise ExperimentError(f"a config must be an object with named fields, but its type describes: {kind}")
