"""Reading JSON Schemas: local references and the branches of a union."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def resolve(schema: object, root: Schema) -> Schema:
    """`schema` with its local `$ref`s followed; what stands beside a reference is laid over its target.

    An empty schema for anything that is no object (true, false) and for a reference that leads nowhere.
    """
    beside: dict[str, Any] = {}
    seen = set()
    while isinstance(schema, Mapping) and isinstance(reference := schema.get("$ref"), str):
        beside = {**{key: value for key, value in schema.items() if key != "$ref"}, **beside}
        if reference in seen:
            return beside
        seen.add(reference)
        schema = _target(reference, root)
    if not isinstance(schema, Mapping):
        return beside
    return {**schema, **beside} if beside else schema


def _target(reference: str, root: Schema) -> object:
    if not reference.startswith("#"):
        return None
    place: object = root
    for key in reference[1:].split("/")[1:]:
        name = key.replace("~1", "/").replace("~0", "~")
        if isinstance(place, Mapping):
            place = place.get(name)
        elif isinstance(place, list) and name.isdecimal() and int(name) < len(place):
            place = place[int(name)]
        else:
            return None
    return place


def branches(schema: Schema) -> list[object]:
    """The alternatives of a union: `anyOf` or `oneOf`; none for any other schema."""
    for keyword in ("anyOf", "oneOf"):
        found = schema.get(keyword)
        if isinstance(found, list):
            return found
    return []


def tag_field(schema: Schema) -> str | None:
    """The name of the field that says which branch of a tagged union a value is."""
    discriminator = schema.get("discriminator")
    name = discriminator.get("propertyName") if isinstance(discriminator, Mapping) else None
    return name if isinstance(name, str) else None


def tagged_branches(schema: Schema, root: Schema) -> dict[Any, Schema]:
    """The branches of a tagged union by their tag, as the branches themselves declare it."""
    name = tag_field(schema)
    found: dict[Any, Schema] = {}
    for branch in branches(schema):
        target = resolve(branch, root)
        properties = target.get("properties")
        declared = resolve(properties.get(name), root) if isinstance(properties, Mapping) else {}
        tags = [declared["const"]] if "const" in declared else declared.get("enum", [])
        for tag in tags:
            if isinstance(tag, str | int):
                found[tag] = target
    return found


def types_of(schema: object, root: Schema, depth: int = 8) -> set[str]:
    """The JSON types a schema says it allows, by `type`, `enum`, `const` or its branches; empty if it says nothing."""
    target = resolve(schema, root)
    if tag_field(target) is not None:
        return {"object"}
    if isinstance(declared := target.get("type"), str):
        return {declared}
    if isinstance(declared, list):
        return {name for name in declared if isinstance(name, str)}
    if branches(target):
        return {name for branch in branches(target) for name in types_of(branch, root, depth - 1)} if depth else set()
    values = [target["const"]] if "const" in target else target.get("enum", [])
    return {type_of(value) for value in values} if isinstance(values, list) else set()


def type_of(value: object) -> str:
    """The JSON type of a value; a float is a number even when it is whole."""
    for kinds, name in _TYPES:
        if isinstance(value, kinds):
            return name
    return "null"


_TYPES: tuple[tuple[tuple[type, ...], str], ...] = (
    ((bool,), "boolean"),
    ((int,), "integer"),
    ((float,), "number"),
    ((str,), "string"),
    ((list, tuple), "array"),
    ((Mapping,), "object"),
)
