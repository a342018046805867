"""The types of the API as components of openapi.json: named as people say them, each with an example."""

import re
from collections.abc import Iterable, Mapping
from inspect import cleandoc
from typing import Any, get_args, get_origin

import msgspec

from athanor.domain.paging import Items, Page

REFERENCE = "#/components/schemas/{name}"


def components_of(types: Iterable[Any]) -> tuple[dict[Any, dict[str, Any]], dict[str, Any]]:
    """A schema for each type (mostly a reference), and the components they refer to, by name.

    A Struct may hold a JSON object `example` as a class variable: it is shown with the type. `Page[Run]` is called
    `RunPage`, `Items[Worker]` `WorkerList`.

    Raises:
        ValueError: two types share a name.
    """
    kinds = list(dict.fromkeys(types))
    schemas, found = msgspec.json.schema_components(kinds, ref_template=REFERENCE)
    if clash := [name for name in found if "." in name]:
        raise ValueError(f"two types share a name in the API: {', '.join(clash)}")
    names = {name: _spoken(name) for name in found}
    if len(set(names.values())) < len(names):
        raise ValueError(f"two types share a name in the API, of {', '.join(names.values())}")
    named = dict(zip(kinds, (_renamed(schema, names) for schema in schemas), strict=True))
    components = {names[name]: _renamed(schema, names) | {"title": names[name]} for name, schema in found.items()}
    for schema in components.values():
        if "description" in schema:
            schema["description"] = cleandoc(schema["description"])
    for kind, schema in named.items():
        if "$ref" in schema and (example := example_of(kind)) is not None:
            components[schema["$ref"].rpartition("/")[2]]["examples"] = [example]
    return named, components


def example_of(kind: Any) -> Any:
    """The example of a body's type; None where it has none."""
    if get_origin(kind) is Page:
        return {"items": [example_of(get_args(kind)[0])], "next_cursor": None, "total": 1}
    if get_origin(kind) is Items:
        return {"items": [example_of(get_args(kind)[0])]}
    return getattr(kind, "example", None)


def _spoken(name: str) -> str:
    whole = re.fullmatch(r"(Page|Items)_(\w+)_", name)
    if whole is None:
        return name
    return whole[2] + ("Page" if whole[1] == "Page" else "List")


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    """`part` with references by the new names, a type beside every list of words, and without unions with a type
    that says nothing."""
    if isinstance(part, list):
        return [_renamed(item, names) for item in part]
    if not isinstance(part, dict):
        return part
    changed = {key: _renamed(value, names) for key, value in part.items()}
    if isinstance(reference := changed.get("$ref"), str):
        changed["$ref"] = REFERENCE.format(name=names[reference.rpartition("/")[2]])
    mapping = changed.get("discriminator", {}).get("mapping", {})
    for tag, reference in mapping.items():
        mapping[tag] = REFERENCE.format(name=names[reference.rpartition("/")[2]])
    if {} in changed.get("anyOf", ()):
        del changed["anyOf"]
    if "enum" in changed and all(isinstance(value, str) for value in changed["enum"]):
        changed = {"type": "string", **changed}
    return changed
