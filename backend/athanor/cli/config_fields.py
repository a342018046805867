"""The fields of a config as a table: name, type, default, description."""

import json
from collections.abc import Iterator
from typing import Any

from athanor.domain.experiments.config_schema import Schema, branches, resolve, types_of
from athanor.domain.experiments.schemas import Experiment

_LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
}


def fields_of(experiment: Experiment) -> list[tuple[str, str, str, str]]:
    """One row per field; those of nested objects follow theirs, as `--set` names them."""
    assert experiment.config_schema is not None
    schema: Schema = experiment.config_schema
    return list(_rows(schema, schema, experiment.defaults or {}, "", 3))


def _rows(place: Schema, root: Schema, defaults: Any, prefix: str, depth: int) -> Iterator[tuple[str, str, str, str]]:
    target = resolve(place, root)
    required = target.get("required", [])
    for name, field in target.get("properties", {}).items():
        declared = resolve(field, root)
        given = defaults.get(name, declared.get("default", ...)) if isinstance(defaults, dict) else ...
        default = "required" if given is ... and name in required else "" if given is ... else _shown(given)
        yield f"{prefix}{name}", _type(declared, root), default, _what(declared)
        if depth and "properties" in declared:
            yield from _rows(declared, root, given, f"{prefix}{name}.", depth - 1)


def _type(schema: Schema, root: Schema) -> str:
    if "enum" in schema:
        return " | ".join(_shown(value) for value in schema["enum"])
    names = sorted(types_of(schema, root))
    kinds = [str(resolve(branch, root).get("title", "")) for branch in branches(schema)]
    if names == ["object"] and all(kinds) and kinds:
        return " | ".join(kinds)
    return " | ".join(names) or "any"


def _what(schema: Schema) -> str:
    limits = ", ".join(text.format(schema[name]) for name, text in _LIMITS.items() if name in schema)
    described = str(schema.get("description", ""))
    return f"{described} ({limits})" if described and limits else described or limits


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."
