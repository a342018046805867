"""What changed between two versions of an experiment's schema, in sentences for the person whose config is old."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from athanor.domain.experiments import words
from athanor.domain.experiments.config_schema import Schema, branches, resolve, tag_field, tagged_branches, types_of

_MAX_DEPTH = 16

_RULES = {
    "minimum": "minimum",
    "maximum": "maximum",
    "exclusiveMinimum": "lower bound (exclusive)",
    "exclusiveMaximum": "upper bound (exclusive)",
    "multipleOf": "step",
    "minLength": "minimum length",
    "maxLength": "maximum length",
    "minItems": "minimum number of items",
    "maxItems": "maximum number of items",
    "minProperties": "minimum number of fields",
    "maxProperties": "maximum number of fields",
    "pattern": "pattern",
    "format": "format",
    "contentEncoding": "encoding",
    "uniqueItems": "rule that items differ",
}


def compare(old: Schema, new: Schema) -> list[str]:
    """The differences that can matter to a config, one sentence each: fields, types, limits, allowed values.

    Titles, descriptions, examples and defaults do not count. An empty list: a config that fits one fits the other, as
    far as the schemas say it field by field.
    """
    before, after = dict(_fields(old)), dict(_fields(new))
    sentences = []
    for name, field in before.items():
        if name not in after:
            if _parent(name, before) in after or not _parent(name, before):
                sentences.append(f"{_subject(name)} was removed")
        else:
            sentences += _changes(name, field, after[name])
    for name, field in after.items():
        if name not in before and (_parent(name, after) in before or not _parent(name, after)):
            sentences.append(f"{_subject(name)} was added{' and is required' if field['required'] else ''}")
    return sentences


def _subject(name: str) -> str:
    """`field a.b`, or `choice adam of optimizer` for a branch of a tagged union."""
    choice = re.fullmatch(r"(.+)\[([^\[\]*]*[^\[\]*\d][^\[\]*]*)\]", name)
    return f"choice {choice[2]} of {choice[1]}" if choice else f"field {name}"


def _parent(name: str, fields: Mapping[str, Any]) -> str:
    """The name of the field that `name` is inside of; empty at the top."""
    return max(
        (other for other in fields if other and name.startswith((f"{other}.", f"{other}["))), key=len, default=""
    )


def _fields(schema: Schema) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every place in a config by its name (`optimizer[adam].lr`, `layers[].size`) with what is demanded there."""
    waiting: list[tuple[str, object, bool, int]] = [("", schema, True, _MAX_DEPTH)]
    while waiting:
        name, part, required, depth = waiting.pop(0)
        field = resolve(part, schema)
        yield name, _demands(field, schema, required)
        if depth == 0:
            continue
        inside: list[tuple[str, object, bool, int]] = []
        for place, child, needed in _children(name, field, schema):
            inside.append((place, child, needed, depth - 1))
        waiting = inside + waiting


def _children(name: str, field: Schema, root: Schema, depth: int = 8) -> Iterator[tuple[str, object, bool]]:
    properties = field.get("properties")
    if isinstance(properties, Mapping):
        required = field.get("required", [])
        for key, child in properties.items():
            yield f"{name}.{key}" if name else key, child, key in required
    for index, child in enumerate(field.get("prefixItems", [])):
        yield f"{name}[{index}]", child, True
    if isinstance(field.get("items"), Mapping):
        yield f"{name}[]", field["items"], True
    if isinstance(field.get("additionalProperties"), Mapping):
        yield f"{name}[*]", field["additionalProperties"], True
    if tag_field(field) is not None:
        for tag, tagged in tagged_branches(field, root).items():
            yield f"{name}[{tag}]", tagged, False
        return
    for branch in branches(field) if depth else ():
        if types_of(branch, root) & {"object", "array"}:
            yield from _children(name, resolve(branch, root), root, depth - 1)


def _demands(field: Schema, root: Schema, required: bool) -> dict[str, Any]:
    rules: dict[str, Any] = {}
    values: list[object] | None = None
    alternatives: list[Schema] = [field, *(resolve(branch, root) for branch in branches(field))]
    for part in alternatives:
        rules.update({keyword: part[keyword] for keyword in _RULES if keyword in part})
        if isinstance(part.get("enum"), list):
            values = [*(values or []), *part["enum"]]
        elif "const" in part:
            values = [*(values or []), part["const"]]
    return {
        "required": required,
        "kinds": sorted(types_of(field, root)),
        "rules": rules,
        "values": values,
        "closed": field.get("additionalProperties") is False,
    }


def _changes(name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    subject = name or "the config"
    if old["kinds"] != new["kinds"]:
        yield f"{subject}: went from {_kinds(old['kinds'])} to {_kinds(new['kinds'])}"
    if old["required"] != new["required"]:
        yield f"{subject}: is {'now' if new['required'] else 'no longer'} required"
    for keyword, word in _RULES.items():
        before, after = old["rules"].get(keyword), new["rules"].get(keyword)
        if before == after and type(before) is type(after):
            continue
        if before is None:
            yield f"{subject}: {word} {words.shown(after)} was added"
        elif after is None:
            yield f"{subject}: {word} {words.shown(before)} was removed"
        else:
            yield f"{subject}: {word} went from {words.shown(before)} to {words.shown(after)}"
    yield from _value_changes(subject, old["values"], new["values"])
    if old["closed"] != new["closed"]:
        yield f"{subject}: unknown fields are {'no longer' if new['closed'] else 'now'} allowed"


def _value_changes(subject: str, old: list[object] | None, new: list[object] | None) -> Iterator[str]:
    before = [words.shown(value) for value in old or []]
    after = [words.shown(value) for value in new or []]
    if new is not None and old is None:
        yield f"{subject}: must now be one of {', '.join(after)}"
    elif old is not None and new is None:
        yield f"{subject}: is no longer limited to {', '.join(before)}"
    else:
        for gone in (value for value in before if value not in after):
            yield f"{subject}: {gone} is no longer allowed"
        for come in (value for value in after if value not in before):
            yield f"{subject}: {come} is now allowed"


def _kinds(kinds: list[str]) -> str:
    names: Any = words.WORDS["typeNames"]
    return words.either([names.get(kind, kind) for kind in kinds]) if kinds else "anything"
