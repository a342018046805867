"""JSON Schema 2020-12 as the experiment's process understands it: whatever passes here also decodes there.

Stricter than the standard where the decoder is: 5.0 is not a whole number, 1.0 is not the allowed value 1, formats
count. Each fault carries its final words as `message` and its own place as path: a missing field the path of that
field, an unknown field its own.
"""

import math
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from typing import Any

import msgspec
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from referencing import Registry

from athanor.domain.experiments import words
from athanor.domain.experiments.config_formats import FORMATS, is_base64
from athanor.domain.experiments.config_schema import (
    Schema,
    tag_field,
    tagged_branches,
    type_of,
    types_of,
)

Faults = Iterator[ValidationError]
Keyword = Callable[[Any, Any, Any, Any], Faults]

_extend: Any = extend


@lru_cache(maxsize=256)
def validator_for(schema_json: str) -> Validator:
    """The validator of a schema given as JSON text. References reach inside the schema only.

    Raises:
        jsonschema.SchemaError: what is given is no JSON Schema 2020-12.
    """
    schema = msgspec.json.decode(schema_json)
    Draft202012Validator.check_schema(schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
    root = schema if isinstance(schema, dict) else {}
    kind: type[Validator] = _extend(_Dialect, {"anyOf": partial(_any_of, root), "oneOf": partial(_one_of, root)})
    return kind(schema, registry=Registry())


def _same(left: object, right: object) -> bool:
    """Equal values of equal types: 1, 1.0 and true are three values."""
    if type_of(left) != type_of(right):
        return False
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return left == right


def _fault(message: str, *path: str | int, keyword: str | None = None) -> ValidationError:
    return ValidationError(message, path=path) if keyword is None else ValidationError(message, keyword, path)


def _type(validator: Any, types: Any, value: Any, schema: Schema) -> Faults:
    names = [types] if isinstance(types, str) else types
    if not any(validator.is_type(value, name) for name in names):
        yield _fault(words.of_type(types))


def _compare(keyword: str, fails: Callable[[Any, Any], bool]) -> Keyword:
    def check(validator: Any, limit: Any, value: Any, schema: Schema) -> Faults:
        if type_of(value) in ("integer", "number") and fails(value, limit):
            yield _fault(words.phrase(keyword, limit=words.shown(limit)))

    return check


def _no_multiple(value: float, factor: float) -> bool:
    if isinstance(value, int) and isinstance(factor, int):
        return value % factor != 0
    return not math.isfinite(value) or math.fmod(value, factor) != 0


def _count(keyword: str, kinds: tuple[str, ...], fails: Callable[[int, Any], bool]) -> Keyword:
    def check(validator: Any, limit: Any, value: Any, schema: Schema) -> Faults:
        if type_of(value) in kinds and fails(len(value), limit):
            yield _fault(words.counted(keyword, limit))

    return check


_DOLLAR = re.compile(r"(\\.|\[\^?\]?(?:\\.|[^\]\\])*\])|\$", re.DOTALL)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    """As JSON Schema (and the page) means it: `$` is the end of the text, and not also the place before a last
    line feed."""
    return re.compile(_DOLLAR.sub(lambda found: found[1] or r"\Z", pattern))


def _pattern(validator: Any, pattern: str, value: Any, schema: Schema) -> Faults:
    if isinstance(value, str) and not _compiled(pattern).search(value):
        yield _fault(words.of_pattern(pattern))


def _format(validator: Any, name: str, value: Any, schema: Schema) -> Faults:
    check = FORMATS.get(name)
    if isinstance(value, str) and check is not None and not check(value):
        yield _fault(words.of_format(name))


def _content_encoding(validator: Any, name: str, value: Any, schema: Schema) -> Faults:
    if isinstance(value, str) and name == "base64" and not is_base64(value):
        yield _fault(words.phrase("contentEncoding"))


def _enum(validator: Any, allowed: list[Any], value: Any, schema: Schema) -> Faults:
    if not any(_same(each, value) for each in allowed):
        yield _fault(words.one_of(allowed))


def _const(validator: Any, allowed: Any, value: Any, schema: Schema) -> Faults:
    yield from _enum(validator, [allowed], value, schema)


def _required(validator: Any, names: list[str], value: Any, schema: Schema) -> Faults:
    if isinstance(value, Mapping):
        yield from (_fault(words.phrase("required"), name) for name in names if name not in value)


def _dependent_required(validator: Any, dependencies: Schema, value: Any, schema: Schema) -> Faults:
    if isinstance(value, Mapping):
        for name, needed in dependencies.items():
            if name in value:
                yield from (_fault(words.phrase("dependentRequired"), each) for each in needed if each not in value)


def _properties(validator: Any, rules: Schema, value: Any, schema: Schema) -> Faults:
    if isinstance(value, Mapping):
        for name, rule in rules.items():
            if name in value and rule is False:
                yield _fault(words.phrase("false"), name)
            elif name in value:
                yield from validator.descend(value[name], rule, path=name, schema_path=name)


def _additional_properties(validator: Any, rule: Any, value: Any, schema: Schema) -> Faults:
    if not isinstance(value, Mapping):
        return
    known = schema.get("properties", {})
    patterns = [_compiled(pattern) for pattern in schema.get("patternProperties", {})]
    for name in value:
        if name in known or any(pattern.search(name) for pattern in patterns):
            continue
        if rule is False:
            yield _fault(words.phrase("additionalProperties"), name)
        else:
            yield from validator.descend(value[name], rule, path=name)


def _property_names(validator: Any, rule: Any, value: Any, schema: Schema) -> Faults:
    if isinstance(value, Mapping):
        for name in value:
            for fault in validator.descend(name, rule):
                yield _fault(words.phrase("propertyNames", reason=words_of(fault)), name)


def _items(validator: Any, rule: Any, value: Any, schema: Schema) -> Faults:
    if not isinstance(value, list):
        return
    first = len(schema.get("prefixItems", []))
    if rule is False and len(value) > first:
        yield _fault(words.counted("maxItems", first))
    elif rule is not False:
        for index in range(first, len(value)):
            yield from validator.descend(value[index], rule, path=index)


def _unique_items(validator: Any, wanted: Any, value: Any, schema: Schema) -> Faults:
    if wanted is True and isinstance(value, list):
        distinct = {msgspec.json.encode(item, order="sorted") for item in value}
        if len(distinct) < len(value):
            yield _fault(words.phrase("uniqueItems"))


def _any_of(root: Schema, validator: Any, options: list[Any], value: Any, schema: Schema) -> Faults:
    """The faults of the branch that the value means: by its tag, by its type, else the one with the fewest faults."""
    if (name := tag_field(schema)) is not None and (tagged := tagged_branches(schema, root)):
        if not isinstance(value, Mapping):
            yield _fault(words.of_type("object"), keyword="type")
        elif name not in value:
            yield _fault(words.phrase("required"), name, keyword="required")
        elif (tag := next((tag for tag in tagged if _same(tag, value[name])), None)) is None:
            yield _fault(words.one_of(list(tagged)), name, keyword="enum")
        else:
            yield from validator.descend(value, tagged[tag])
        return
    exact = [option for option in options if type_of(value) in types_of(option, root)]
    if isinstance(value, int) and exact:
        options = exact  # the decoder never takes a whole number for a float where whole numbers are an alternative
    attempts = [list(validator.descend(value, option)) for option in options]
    if all(attempts):
        yield from _nearest(root, options, attempts)


def _nearest(root: Schema, options: list[Any], attempts: list[list[ValidationError]]) -> Faults:
    of_kind = [faults for faults in attempts if not any(f.validator == "type" and not f.path for f in faults)]
    if of_kind:
        yield from min(of_kind, key=len)
        return
    named = [option for option in options if types_of(option, root) != {"null"}]
    if len(named) == 1:
        yield from attempts[options.index(named[0])]
    else:
        kinds = [kind for option in options for kind in sorted(types_of(option, root) or {"object"})]
        yield _fault(words.of_type(list(dict.fromkeys(kinds))), keyword="type")


def _one_of(root: Schema, validator: Any, options: list[Any], value: Any, schema: Schema) -> Faults:
    """As `_any_of`, and no second branch may fit where no tag tells them apart."""
    faults = list(_any_of(root, validator, options, value, schema))
    yield from faults
    if not faults and tag_field(schema) is None:
        fitting = sum(validator.evolve(schema=option).is_valid(value) for option in options)
        if fitting > 1:
            yield _fault(words.phrase("oneOf"))


def words_of(fault: ValidationError) -> str:
    """Our words for a fault, also for the rare keywords that the library itself checks."""
    keyword, limit = fault.validator, fault.validator_value
    if keyword is None:
        return words.phrase("false")
    if keyword in ("contains", "not", "unevaluatedProperties", "unevaluatedItems"):
        return words.phrase(keyword)
    if keyword in ("minContains", "maxContains"):
        return words.phrase(keyword, limit=words.shown(limit))
    return fault.message if keyword in _OURS else words.phrase("other", rule=str(keyword))


_OURS: dict[str, Keyword] = {
    "type": _type,
    "minimum": _compare("minimum", lambda value, limit: value < limit),
    "maximum": _compare("maximum", lambda value, limit: value > limit),
    "exclusiveMinimum": _compare("exclusiveMinimum", lambda value, limit: value <= limit),
    "exclusiveMaximum": _compare("exclusiveMaximum", lambda value, limit: value >= limit),
    "multipleOf": _compare("multipleOf", _no_multiple),
    "minLength": _count("minLength", ("string",), lambda size, limit: size < limit),
    "maxLength": _count("maxLength", ("string",), lambda size, limit: size > limit),
    "minItems": _count("minItems", ("array",), lambda size, limit: size < limit),
    "maxItems": _count("maxItems", ("array",), lambda size, limit: size > limit),
    "minProperties": _count("minProperties", ("object",), lambda size, limit: size < limit),
    "maxProperties": _count("maxProperties", ("object",), lambda size, limit: size > limit),
    "pattern": _pattern,
    "format": _format,
    "contentEncoding": _content_encoding,
    "enum": _enum,
    "const": _const,
    "required": _required,
    "dependentRequired": _dependent_required,
    "properties": _properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "items": _items,
    "uniqueItems": _unique_items,
    "anyOf": partial(_any_of, {}),
    "oneOf": partial(_one_of, {}),
}

_Dialect = _extend(
    Draft202012Validator,
    _OURS,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {
            "integer": lambda checker, value: type_of(value) == "integer",
            "number": lambda checker, value: type_of(value) in ("integer", "number"),
        }
    ),
)
