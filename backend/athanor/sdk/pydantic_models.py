"""pydantic models as config types. Never imports pydantic by itself: the model brought it along."""

import re
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

from athanor.sdk import patterns
from athanor.sdk.errors import ExperimentError
from athanor.sdk.schemas import VALUES, JsonObject, is_sayable

_DATE_TIMES = {None: "any-date-time", "aware": "date-time", "naive": "local-date-time"}
_TIMES = {None: "any-time", "aware": "time", "naive": "partial-time"}
_LIMITS = ("ge", "gt", "le", "lt", "multiple_of")
_MASK = b"**********"
"""What pydantic shows of a secret."""


def model_schema(model: Any) -> JsonObject:
    """The JSON Schema of a model: pydantic's own, made as strict as its validation of JSON, with the defaults that
    factories make.

    Raises:
        ExperimentError: a part of the model that no JSON can stand for.
        Exception: pydantic cannot describe the model.
    """
    return _in_our_formats(model.model_json_schema(schema_generator=_generator()))  # type: ignore[no-any-return]


def _in_our_formats(node: Any) -> Any:
    """pydantic's names of formats as the API's check of configs knows them."""
    if isinstance(node, list):
        return [_in_our_formats(part) for part in node]
    if not isinstance(node, dict):
        return node
    made = {key: part if key in VALUES else _in_our_formats(part) for key, part in node.items()}
    kind = made.get("format")
    if kind == "base64":
        made["contentEncoding"] = made.pop("format")
    elif isinstance(kind, str) and re.fullmatch("uuid[1-8]", kind):
        made |= {"format": "uuid", "pattern": patterns.uuid(int(kind[-1]))}
    return made


@cache
def _generator() -> Any:
    """A subclass of pydantic's generator; made late, because only the model knows where pydantic is."""
    base: Any = sys.modules["pydantic.json_schema"].GenerateJsonSchema

    class Generator(base):  # type: ignore[misc]
        ignored_warning_kinds = frozenset({"skipped-choice", "non-serializable-default"})

        def datetime_schema(self, schema: Any) -> JsonObject:
            return _refined(super().datetime_schema(schema), "date-time", _DATE_TIMES[_tz(schema)])

        def time_schema(self, schema: Any) -> JsonObject:
            return _refined(super().time_schema(schema), "time", _TIMES[_tz(schema)])

        def bytes_schema(self, schema: Any) -> JsonObject:
            made: JsonObject = super().bytes_schema(schema)
            if getattr(getattr(self, "_config", None), "val_json_bytes", "utf8") != "base64":
                # Their length is that of the UTF-8, which JSON Schema cannot count.
                return {**made, "pattern": patterns.ASCII} if "maxLength" in made else made
            low, high = schema.get("min_length") or 0, schema.get("max_length")
            return {"type": "string", "contentEncoding": "base64", "pattern": patterns.base64_of(low, high)}

        def decimal_schema(self, schema: Any) -> JsonObject:
            number, text = ({"type": "number"}, {"type": "string", "format": "decimal"})
            if any(schema.get(limit) is not None for limit in _LIMITS):
                made: JsonObject = super().decimal_schema(schema)
                return dict(next(option for option in made.get("anyOf", [made]) if option.get("type") != "string"))
            digits, places = schema.get("max_digits"), schema.get("decimal_places")
            if digits is not None or places is not None:
                return {**text, "pattern": patterns.decimal(digits, places)}
            return {"anyOf": [number, text]}

        def timedelta_schema(self, schema: Any) -> JsonObject:
            made: JsonObject = super().timedelta_schema(schema)
            return {**made, "pattern": patterns.CAPITALS} if made.get("format") == "duration" else made

        def dict_schema(self, schema: Any) -> JsonObject:
            made: JsonObject = super().dict_schema(schema)
            rule = self.name_rule(schema.get("keys_schema") or {"type": "any"})
            if rule is None:
                raise ExperimentError("a key of this dict cannot come from JSON, where keys are text")
            for values in made.pop("patternProperties", {}).values():
                made["additionalProperties"] = values
            made.pop("propertyNames", None)
            return {**made, "propertyNames": rule} if rule else made

        def name_rule(self, keys: Any) -> JsonObject | None:
            """What a key of a dict must look like as text; {} where any will do, None where none does."""
            kind = keys["type"]
            if kind in ("any", "str"):
                limits = {"minLength": "min_length", "maxLength": "max_length", "pattern": "pattern"}
                return {keyword: keys[limit] for keyword, limit in limits.items() if keys.get(limit) is not None}
            if kind == "int":
                return {"pattern": _whole_number(keys)}
            if kind == "float":
                if any(keys.get(limit) is not None for limit in _LIMITS):
                    raise ExperimentError("limits on the float keys of a dict cannot be said in JSON Schema")
                return {"pattern": patterns.DECIMAL_NUMBER}
            if kind == "literal":
                return {"enum": [str(value) for value in keys["expected"]]}
            if kind == "enum":
                return {"enum": [str(member.value) for member in keys["members"]]}
            if kind == "decimal":
                made = self.decimal_schema(keys)
                if made.get("type") == "number":
                    raise ExperimentError("limits on the Decimal keys of a dict cannot be said in JSON Schema")
                return {"pattern": made.get("pattern", patterns.DECIMAL_NUMBER)}
            if kind == "union":
                choices = [choice[0] if isinstance(choice, tuple) else choice for choice in keys["choices"]]
                rules = [rule for choice in choices if (rule := self.name_rule(choice)) is not None]
                return {} if {} in rules else {"anyOf": rules} if len(rules) > 1 else rules[0] if rules else None
            if kind == "nullable":
                return self.name_rule(keys["schema"])
            made = dict(self.generate_inner(keys))
            return made if made.pop("type", None) == "string" else None

        def get_default_value(self, schema: Any) -> Any:
            nothing: Any = sys.modules["pydantic.json_schema"].NoDefault
            if "default" in schema:
                default = schema["default"]
            elif schema.get("default_factory_takes_data") or "default_factory" not in schema:
                return nothing
            else:
                try:
                    default = schema["default_factory"]()
                    if self.encode_default(default) != self.encode_default(schema["default_factory"]()):
                        return nothing  # a new one each time (an id, the time): made for each run in its process
                except Exception:
                    return nothing
            return default if self.is_input(default, schema["schema"]) else nothing

        def is_input(self, default: Any, kind: Any) -> bool:
            """Whether the default as JSON has it stands for the default, where pydantic can tell."""
            try:
                said = self.encode_default(default)
            except Exception:
                return False
            if not is_sayable(said) or _MASK in (text := msgspec.json.encode(said)):
                return False
            core = sys.modules["pydantic_core"]
            try:
                validator = core.SchemaValidator(kind)
            except core.SchemaError:
                return True  # refers to a definition elsewhere
            try:
                return bool(self.encode_default(validator.validate_json(text)) == said)
            except Exception:
                return False

    return Generator


def _tz(schema: Mapping[str, Any]) -> Any:
    constraint = schema.get("tz_constraint")
    return "aware" if isinstance(constraint, int) else constraint


def _refined(made: JsonObject, known: str, wanted: str) -> JsonObject:
    return {**made, "format": wanted} if made.get("format") == known else made


def _whole_number(keys: Mapping[str, Any]) -> str:
    if keys.get("multiple_of") not in (None, 1):
        raise ExperimentError("multiple_of on the int keys of a dict cannot be said in JSON Schema: leave it out")
    ge, gt, le, lt = (keys.get(limit) for limit in ("ge", "gt", "le", "lt"))
    lows = [*([] if ge is None else [ge]), *([] if gt is None else [gt + 1])]
    highs = [*([] if le is None else [le]), *([] if lt is None else [lt - 1])]
    return patterns.whole_number(max(lows, default=None), min(highs, default=None))
