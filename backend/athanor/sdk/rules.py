"""What msgspec's decoder demands of a config and its JSON Schema does not say, and the defaults only Python knows.

A config that fits the schema must also decode: nobody but the experiment's process may import the type itself.
"""

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, inspect

from athanor.sdk import patterns
from athanor.sdk.errors import ExperimentError
from athanor.sdk.hints import fields_of
from athanor.sdk.schemas import JsonObject, is_sayable, resolved

_DATE_TIMES = {None: "any-date-time", True: "date-time", False: "local-date-time"}
_TIMES = {None: "any-time", True: "time", False: "partial-time"}
_FORMATS: dict[type[inspect.Type], str] = {
    inspect.DateType: "date",
    inspect.TimeDeltaType: "duration",
    inspect.UUIDType: "uuid",
}
_BYTES = (inspect.BytesType, inspect.ByteArrayType, inspect.MemoryViewType)
_RECORDS = (inspect.StructType, inspect.DataclassType, inspect.TypedDictType, inspect.NamedTupleType)


def add_rules(schema: JsonObject, config_type: Any) -> None:
    """Completes msgspec's own schema of `config_type`, in place.

    Raises:
        ExperimentError: a part of the type that no JSON can stand for, or whose limits no JSON Schema can say.
    """
    _Rules(schema).add(schema, inspect.type_info(config_type))


def native_defaults(config_type: Any) -> JsonObject:
    """Default values by JSON name: every field that has one JSON can say."""
    kind = _bare(inspect.type_info(config_type))
    if not isinstance(kind, _RECORDS):
        return {}
    found: JsonObject = {}
    if isinstance(kind, inspect.StructType) and kind.tag_field is not None:
        found[kind.tag_field] = kind.tag
    return {**found, **_defaults(kind)}


def _hidden(cls: Any) -> set[str]:
    """Fields that a dataclass fills by itself: they are no input."""
    fields = getattr(cls, "__dataclass_fields__", {})
    return {name for name, field in fields.items() if not field.init}


def _defaults(kind: Any) -> JsonObject:
    """The fields' defaults as JSON has them. Left out, for the experiment's process to fill in: what JSON cannot say,
    what is no valid input, and what a factory makes anew each time (an id, the time)."""
    hints = dict(fields_of(kind.cls))
    hidden = _hidden(kind.cls)
    found = {
        field.encode_name: _default(field, hints.get(field.encode_name, Any))
        for field in kind.fields
        if not field.required and field.name not in hidden
    }
    return {name: default for name, default in found.items() if default is not UNSET}


def _default(field: inspect.Field, hint: Any) -> Any:
    try:
        makes = (lambda: field.default) if field.default_factory is msgspec.NODEFAULT else field.default_factory
        plain, again = (msgspec.to_builtins(makes(), str_keys=True) for _ in range(2))
        decoded = msgspec.to_builtins(msgspec.convert(plain, hint, str_keys=True), str_keys=True)
    except Exception:
        return UNSET
    return plain if plain == again == decoded and is_sayable(plain) else UNSET


def _bare(kind: inspect.Type) -> inspect.Type:
    while isinstance(kind, inspect.Metadata):
        kind = kind.type
    return kind


class _Rules:
    """Walks a schema and the type it was made of, side by side."""

    def __init__(self, root: JsonObject) -> None:
        self._root = root
        self._done: set[Any] = set()

    def add(self, node: Any, kind: inspect.Type) -> None:
        kind = _bare(kind)
        if not isinstance(node, dict):
            return
        node = resolved(node, self._root)
        if isinstance(kind, inspect.DateTimeType):
            node.setdefault("format", _DATE_TIMES[kind.tz])
        elif isinstance(kind, inspect.TimeType):
            node.setdefault("format", _TIMES[kind.tz])
        elif isinstance(kind, _BYTES):
            if kind.min_length or kind.max_length is not None:
                node.setdefault("pattern", patterns.base64_of(kind.min_length or 0, kind.max_length))
        elif isinstance(kind, inspect.CollectionType):
            self.add(node.get("items"), kind.item_type)
        elif isinstance(kind, inspect.TupleType):
            self._add_each(node.get("prefixItems", ()), kind.item_types)
        elif isinstance(kind, inspect.DictType):
            _add_names(node, kind.key_type)
            self.add(node.get("additionalProperties"), kind.value_type)
        elif isinstance(kind, inspect.UnionType):
            self._add_union(node, kind.types)
        elif isinstance(kind, _RECORDS):
            if kind.cls not in self._done:
                self._done.add(kind.cls)
                self._add_fields(node, kind)
        elif isinstance(kind, inspect.CustomType):
            raise ExperimentError(
                f"{kind.cls.__qualname__} cannot be read from JSON: use a type that msgspec knows, and convert it in "
                "the experiment"
            )

    def _add_each(self, nodes: Sequence[Any], kinds: Sequence[inspect.Type]) -> None:
        for node, kind in zip(nodes, kinds, strict=False):
            self.add(node, kind)

    def _add_union(self, node: JsonObject, kinds: Sequence[inspect.Type]) -> None:
        """msgspec's order: what is neither an object with fields nor null, then the Structs, then null."""
        structs: dict[Any, inspect.Type] = {}
        others = []
        for kind in map(_bare, kinds):
            if isinstance(kind, inspect.StructType) and not kind.array_like:
                structs[kind.tag] = kind
            elif not isinstance(kind, inspect.NoneType):
                others.append(kind)
        options = node.get("anyOf", ())
        self._add_each(options, others)
        for option, kind in zip(options, others, strict=False):
            if isinstance(kind, inspect.LiteralType):
                option["enum"] = _possible(option["enum"], others)
        if len(structs) > 1 and "discriminator" not in node:
            options = options[len(others)].get("anyOf", ())
        elif len(structs) == 1:
            options = options[len(others) :]
        self._add_each(options, list(structs.values()))

    def _add_fields(self, node: JsonObject, kind: Any) -> None:
        tagged = [kind.tag_field] if getattr(kind, "tag_field", None) is not None else []
        places = node.get("properties") or dict(
            zip([*tagged, *(field.encode_name for field in kind.fields)], node.get("prefixItems", ()), strict=False)
        )
        hidden, defaults = _hidden(kind.cls), _defaults(kind)
        for field in kind.fields:
            part = places.get(field.encode_name)
            if field.name in hidden and not field.required:
                places.pop(field.encode_name, None)
            elif isinstance(part, dict):
                self.add(part, field.type)
                part.pop("default", None)
                if field.encode_name in defaults:
                    part["default"] = defaults[field.encode_name]


_LIMITED: dict[type, type[inspect.Type]] = {str: inspect.StrType, int: inspect.IntType}


def _possible(values: Sequence[Any], kinds: Sequence[inspect.Type]) -> list[Any]:
    """The literals of a union: limits of a plain type beside them hold for literals of that type as well."""
    return [value for value in values if all(_may_be(value, kind) for kind in kinds)]


def _may_be(value: Any, kind: inspect.Type) -> bool:
    """False for text and whole numbers that limits of their own type refuse."""
    if not isinstance(kind, _LIMITED.get(type(value), ())):
        return True
    limits = {name: getattr(kind, name) for name in kind.__struct_fields__}
    annotated: Any = Annotated
    try:
        msgspec.convert(value, annotated[type(value), Meta(**limits)])
    except msgspec.ValidationError:
        return False
    return True


def _add_names(node: JsonObject, kind: inspect.Type) -> None:
    rule = name_rule(kind)
    if rule is None:
        raise ExperimentError("a key of this dict cannot come from JSON, where keys are text")
    if rule and not isinstance(_bare(kind), inspect.StrType):
        node["propertyNames"] = rule


def name_rule(kind: inspect.Type) -> JsonObject | None:
    """What a key of a dict must look like as text; {} where any will do, None where none does."""
    kind = _bare(kind)
    if isinstance(kind, inspect.AnyType):
        return {}
    if isinstance(kind, inspect.StrType):
        limits = {"minLength": kind.min_length, "maxLength": kind.max_length, "pattern": kind.pattern}
        return {keyword: limit for keyword, limit in limits.items() if limit is not None}
    if isinstance(kind, inspect.IntType):
        return {"pattern": _whole_number(kind)}
    if isinstance(kind, inspect.FloatType):
        if any(limit is not None for limit in (kind.ge, kind.gt, kind.le, kind.lt, kind.multiple_of)):
            raise ExperimentError("limits on the float keys of a dict cannot be said in JSON Schema: leave them out")
        return {"pattern": patterns.DECIMAL_NUMBER}
    if isinstance(kind, inspect.DecimalType):
        return {"pattern": patterns.DECIMAL_NUMBER}
    if isinstance(kind, inspect.EnumType):
        return {"enum": [str(member.value) for member in kind.cls]}
    if isinstance(kind, inspect.LiteralType):
        return {"enum": [str(value) for value in kind.values if value is not None]}
    if isinstance(kind, inspect.DateTimeType):
        return {"format": _DATE_TIMES[kind.tz]}
    if isinstance(kind, inspect.TimeType):
        return {"format": _TIMES[kind.tz]}
    if isinstance(kind, inspect.BytesType):
        lengths = kind.min_length or kind.max_length is not None
        pattern = {"pattern": patterns.base64_of(kind.min_length or 0, kind.max_length)} if lengths else {}
        return {"contentEncoding": "base64", **pattern}
    if isinstance(kind, inspect.UnionType):
        kinds = [_bare(each) for each in kind.types]
        kinds = [
            inspect.LiteralType(tuple(_possible(each.values, kinds))) if isinstance(each, inspect.LiteralType) else each
            for each in kinds
        ]
        rules = [rule for each in kinds if (rule := name_rule(each)) is not None]
        return {} if {} in rules else {"anyOf": rules} if len(rules) > 1 else rules[0] if rules else None
    return {"format": _FORMATS[type(kind)]} if type(kind) in _FORMATS else None


def _whole_number(kind: inspect.IntType) -> str:
    if kind.multiple_of not in (None, 1):
        raise ExperimentError("multiple_of on the int keys of a dict cannot be said in JSON Schema: leave it out")
    low = kind.ge if kind.ge is not None else None if kind.gt is None else kind.gt + 1
    high = kind.le if kind.le is not None else None if kind.lt is None else kind.lt - 1
    return patterns.whole_number(low, high)
