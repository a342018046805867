"""`--set key=value`: values into a config, read as the experiment's schema wants them."""

import json
import re
from typing import Any

import click

from athanor.domain.experiments.config_schema import Schema, branches, resolve, type_of, types_of


def set_values(config: dict[str, Any], assignments: tuple[str, ...], schema: Schema) -> dict[str, Any]:
    """`config` with each `a.b.0=value` put in its place.

    A value is JSON where that fits the schema, else text: `flips=500` is a number, `name=500` text where the schema
    wants text. Numbers in a path are places in a list; the place behind the last one appends.

    Raises:
        click.BadParameter: an assignment without `=` or key, or into something that holds no fields.
    """
    changed: dict[str, Any] = json.loads(json.dumps(config))
    for assignment in assignments:
        key, equals, text = assignment.partition("=")
        if not equals or not key:
            raise click.BadParameter(f"{assignment!r} must be like flips=500 or model.trees=10", param_hint="--set")
        keys = key.split(".")
        _put(changed, keys, read_value(text, _at(schema, keys), schema), schema)
    return changed


def read_value(text: str, schema: Schema, root: Schema) -> Any:
    """`text` as the JSON value that it is, or as text where the schema wants text."""
    wanted = types_of(schema, root) if schema else set()
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        if "boolean" in wanted and text.lower() in ("true", "false"):
            return text.lower() == "true"
        return text
    if isinstance(value, float) and value.is_integer() and "integer" in wanted and "number" not in wanted:
        return int(value)
    fits = not wanted or type_of(value) in wanted or (type_of(value) == "integer" and "number" in wanted)
    return text if not fits and "string" in wanted else value


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _at(root: Schema, keys: list[str]) -> Schema:
    """The schema of the place that `keys` lead to; an empty one where it is not known."""
    place = resolve(root, root)
    for key in keys:
        place = next((found for option in _options(place, root) if (found := _below(option, key, root))), {})
    return place


def _options(schema: Schema, root: Schema) -> list[Schema]:
    return [schema, *(resolve(branch, root) for branch in branches(schema))]


def _below(schema: Schema, key: str, root: Schema) -> Schema:
    properties = schema.get("properties", {})
    if key in properties:
        return resolve(properties[key], root)
    if re.fullmatch(r"\d+", key) and "items" in schema:
        return resolve(schema["items"], root)
    return resolve(schema.get("additionalProperties", {}), root)


def _put(config: dict[str, Any], keys: list[str], value: Any, schema: Schema) -> None:
    place: Any = config
    for depth, key in enumerate(keys, 1):
        found = value
        if depth < len(keys):
            found = _held(place, key)
            if not isinstance(found, dict | list):
                found = [] if "array" in types_of(_at(schema, keys[:depth]), schema) else {}
        if isinstance(place, list):
            if not key.isdecimal() or int(key) > len(place):
                raise click.BadParameter(
                    f"{'.'.join(keys)}: {key!r} must be a place in a list of {len(place)}, from 0 to {len(place)}",
                    param_hint="--set",
                )
            place[int(key) : int(key) + 1] = [found]
        else:
            place[key] = found
        place = found


def _held(place: Any, key: str) -> Any:
    if isinstance(place, list):
        return place[int(key)] if key.isdecimal() and int(key) < len(place) else None
    return place.get(key)
