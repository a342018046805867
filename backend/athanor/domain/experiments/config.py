"""Configs against the schema of their experiment: completing, naming every fault, telling two schemas apart."""

import json
import math
from collections import deque
from collections.abc import Iterator, Mapping, Sequence, Set
from copy import deepcopy
from itertools import islice
from typing import Any

from jsonschema.exceptions import SchemaError
from referencing.exceptions import Unresolvable

from athanor.domain.errors import FieldError, pointer
from athanor.domain.experiments import words
from athanor.domain.experiments.config_differences import compare
from athanor.domain.experiments.config_schema import (
    Schema,
    branches,
    resolve,
    tag_field,
    tagged_branches,
    type_of,
    types_of,
)
from athanor.domain.experiments.config_validator import validator_for, words_of
from athanor.wire.text import clean_text

__all__ = ["MAX_DEPTH", "MAX_FAULTS", "compare", "complete", "faults"]

Place = tuple[str | int, ...]

MAX_DEPTH = 64
MAX_FAULTS = 1000


def complete(schema: Schema, defaults: Mapping[str, Any], config: Mapping[str, Any]) -> dict[str, Any]:
    """A copy of `config` with every absent field that has a default filled in.

    `defaults` holds whole fields of the config and goes before the schema's own `default`s, which are filled in at
    every depth. The keys given keep their order; what is filled in follows in the schema's order. Values that do not
    fit the schema stay as they are: `faults` names them.
    """
    given = dict(config)
    known = resolve(schema, schema).get("properties", {})
    for name in known if isinstance(known, Mapping) else ():
        if name not in given and name in defaults:
            given[name] = deepcopy(defaults[name])
    for name, value in defaults.items():
        given.setdefault(name, deepcopy(value))
    completed = _completed(given, schema, schema, MAX_DEPTH)
    assert isinstance(completed, dict)
    order = [*config, *(name for name in known if name in completed), *completed]
    return {name: completed[name] for name in dict.fromkeys(order)}


def _completed(value: Any, schema: object, root: Schema, depth: int) -> Any:
    """A copy of `value`, completed; below `depth` levels nothing is filled in."""
    if depth == 0:
        return value
    target = _meant(value, resolve(schema, root), root)
    if isinstance(value, Mapping):
        return _completed_object(value, target, root, depth)
    if isinstance(value, list):
        first = target.get("prefixItems", [])
        rest = target.get("items", {})
        return [
            _completed(item, first[index] if index < len(first) else rest, root, depth - 1)
            for index, item in enumerate(value)
        ]
    return value


def _completed_object(value: Mapping[str, Any], target: Schema, root: Schema, depth: int) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for part in (*target.get("allOf", ()), target):
        properties.update(resolve(part, root).get("properties", {}))
    other = target.get("additionalProperties", {})
    completed = {name: _completed(item, properties.get(name, other), root, depth - 1) for name, item in value.items()}
    for name, field in properties.items():
        if name not in completed and "default" in (declared := resolve(field, root)):
            completed[name] = _completed(deepcopy(declared["default"]), field, root, depth - 1)
    return completed


def _meant(value: object, schema: Schema, root: Schema, depth: int = 8) -> Schema:
    """The branch of a union that `value` is one of, by tag or else by type; any other schema itself."""
    if depth == 0 or not branches(schema):
        return schema
    if (name := tag_field(schema)) is not None:
        tag = value.get(name) if isinstance(value, Mapping) else None
        return tagged_branches(schema, root).get(tag, {}) if isinstance(tag, str | int) else {}
    fitting = [branch for branch in branches(schema) if type_of(value) in types_of(branch, root)]
    return _meant(value, resolve(fitting[0], root), root, depth - 1) if len(fitting) == 1 else {}


def faults(schema: Schema, config: object) -> list[FieldError]:
    """Every fault of `config`, in the order of the schema; empty if it can be run. Never raises for any JSON value.

    At most MAX_FAULTS are named. A schema that cannot be used is a fault of the whole config.
    """
    found = list(islice(_unstorable(config), MAX_FAULTS))
    if not any(fault.message == _TOO_DEEP for fault in found):
        try:
            found += islice(_misfits(schema, config, _unreadable(found)), MAX_FAULTS)
        except RecursionError:
            found.append(FieldError("", _TOO_DEEP))
        except (SchemaError, Unresolvable) as error:
            reason = clean_text(getattr(error, "message", None) or str(error))
            found.append(FieldError("", words.phrase("schema", reason=reason)))
    found = list(dict.fromkeys(found))
    if len(found) >= MAX_FAULTS:
        return [*found[:MAX_FAULTS], FieldError("", words.phrase("many", limit=MAX_FAULTS))]
    return found


def _unreadable(found: Sequence[FieldError]) -> set[str]:
    """Where text is no text: a rule that it also breaks would only confuse."""
    return {fault.path for fault in found if fault.message in (words.phrase("nul"), words.phrase("surrogate"))}


def _misfits(schema: Schema, config: Any, passed_over: Set[str]) -> Iterator[FieldError]:
    mistyped = set(passed_over)
    for fault in validator_for(json.dumps(schema)).iter_errors(config):
        path = clean_text(pointer(*fault.absolute_path))
        if path in mistyped:
            continue
        if fault.validator == "type":
            mistyped.add(path)
        yield FieldError(path, words_of(fault))


_TOO_DEEP = words.phrase("depth", limit=MAX_DEPTH)


def _unstorable(config: object) -> Iterator[FieldError]:
    """What JSON text, PostgreSQL or the experiment's process cannot hold, whatever the schema says."""
    if not isinstance(config, Mapping | list):
        yield from _unfit(config, ())
        return
    waiting: deque[tuple[Mapping[str, Any] | list[Any], Place]] = deque([(config, ())])
    while waiting:
        value, place = waiting.popleft()
        if len(place) >= MAX_DEPTH:
            yield FieldError(clean_text(pointer(*place[:3])), _TOO_DEEP)
            return
        for key, item in value.items() if isinstance(value, Mapping) else enumerate(value):
            if isinstance(key, str) and (reason := _unfit_text(key)) is not None:
                named = words.phrase("propertyNames", reason=reason)
                yield FieldError(clean_text(pointer(*place, key)), named)
            if isinstance(item, Mapping | list):
                waiting.append((item, (*place, key)))
            elif item is not None:
                yield from _unfit(item, place, key)


def _unfit(value: object, *where: Any) -> Iterator[FieldError]:
    """The fault of a single value; `where` is the place it is in and its key there."""
    reason = None
    if isinstance(value, str):
        reason = _unfit_text(value)
    elif isinstance(value, float):
        reason = None if math.isfinite(value) else words.phrase("finite")
    elif isinstance(value, int) and not -(2**63) <= value < 2**64:
        reason = words.phrase("bits")
    if reason is not None:
        place, *key = where
        yield FieldError(clean_text(pointer(*place, *key)), reason)


def _unfit_text(text: str) -> str | None:
    if "\0" in text:
        return words.phrase("nul")
    return None if clean_text(text) == text else words.phrase("surrogate")
