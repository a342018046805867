"""JSON Schemas and default values as plain JSON."""

import math
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from athanor.sdk.errors import ExperimentError
from athanor.wire.text import clean_text

JsonObject: TypeAlias = dict[str, Any]

_NAMED = ("properties", "$defs", "patternProperties", "dependentSchemas")
"""Keywords whose objects are keyed by names of the config's own."""
VALUES = ("default", "const", "enum", "examples")
"""Keywords whose parts are values, not schemas."""
_INT_MIN, _UINT_MAX = -(2**63), 2**64 - 1


def plain_schema(schema: Mapping[Any, Any]) -> JsonObject:
    """A copy of a schema made of JSON's types only. Defaults and examples that JSON has no words for are left out:
    the experiment's process fills in what is absent."""
    plain: JsonObject = {}
    for key, part in schema.items():
        if key in VALUES and not is_sayable(part):
            continue
        if key in _NAMED and isinstance(part, Mapping):
            plain[key] = {clean_text(str(name)): _plain_part(field) for name, field in part.items()}
        else:
            plain[clean_text(str(key))] = _plain(part) if key in VALUES else _plain_part(part)
    return plain


def _plain_part(part: Any) -> Any:
    if isinstance(part, Mapping):
        return plain_schema(part)
    return [_plain_part(item) for item in part] if isinstance(part, (list, tuple)) else _plain(part)


def plain_defaults(defaults: Mapping[str, Any]) -> JsonObject:
    """The defaults that JSON can say."""
    return {clean_text(name): _plain(value) for name, value in defaults.items() if is_sayable(value)}


def is_sayable(value: Any) -> bool:
    """Whether JSON, and the 64 bits that numbers have on their way, can hold `value`, whole."""
    if isinstance(value, Mapping):
        return all(map(is_sayable, value.values()))
    if isinstance(value, (list, tuple)):
        return all(map(is_sayable, value))
    if isinstance(value, float):
        return math.isfinite(value)
    return not isinstance(value, int) or _INT_MIN <= value <= _UINT_MAX


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {clean_text(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return clean_text(value)
    return value if value is None or isinstance(value, (int, float, bool)) else msgspec.to_builtins(value)


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
