"""The form schema: each of the seven fixes, and the same meaning as the raw schema."""

import json
from typing import Any, Literal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from athanor.sdk.forms import fit_for_forms


class Sgd(msgspec.Struct, tag_field="kind", tag="sgd", forbid_unknown_fields=True):
    rate: float = 0.1


class Adam(msgspec.Struct, tag_field="kind", tag="adam", forbid_unknown_fields=True):
    rate: float = 0.1
    beta: float | None = None


class Node(msgspec.Struct):
    name: str
    next: "Node | None" = None


class Config(msgspec.Struct, forbid_unknown_fields=True):
    """What to do."""

    number: int | None = None
    word: Literal["b", "a"] | None = None
    only: Literal["one"] = "one"
    mixed: Literal["a", 1] = "a"
    items: list[int] | None = None
    one: Sgd | None = None
    either: Sgd | Adam = msgspec.field(default_factory=Sgd)
    maybe: Sgd | Adam | None = None
    node: Node | None = None
    both: int | str | None = None


RAW = msgspec.json.schema(Config)
FORM = fit_for_forms(RAW)


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("number", {"type": ["integer", "null"], "default": None}),
        ("word", {"type": ["string", "null"], "enum": ["a", "b", None], "default": None}),
        ("only", {"type": "string", "const": "one", "default": "one"}),
        ("mixed", {"enum": [1, "a"], "default": "a"}),
        (
            "items",
            {
                "anyOf": [
                    {"type": "null", "title": "Not set"},
                    {"type": "array", "items": {"type": "integer"}, "title": "Set"},
                ],
                "default": None,
            },
        ),
        (
            "one",
            {
                "anyOf": [{"type": "null", "title": "Not set"}, {"$ref": "#/$defs/Sgd", "title": "Set"}],
                "default": None,
            },
        ),
        (
            "either",
            {
                "oneOf": [{"$ref": "#/$defs/Sgd"}, {"$ref": "#/$defs/Adam"}],
                "discriminator": {"propertyName": "kind"},
            },
        ),
        (
            "maybe",
            {
                "anyOf": [
                    {"type": "null", "title": "Not set"},
                    {
                        "oneOf": [{"$ref": "#/$defs/Sgd"}, {"$ref": "#/$defs/Adam"}],
                        "discriminator": {"propertyName": "kind"},
                        "title": "Set",
                    },
                ],
                "default": None,
            },
        ),
        ("both", {"anyOf": [{"type": "integer"}, {"type": "string"}, {"type": "null"}], "default": None}),
    ],
)
def test_each_fix(name: str, part: dict[str, Any]) -> None:
    assert FORM["properties"][name] == part


def test_the_root_is_resolved_and_the_raw_schema_untouched() -> None:
    assert (FORM["title"], FORM["description"], FORM["type"]) == ("Config", "What to do.", "object")
    assert "$ref" not in FORM
    assert msgspec.json.schema(Config) == RAW
    assert FORM["$defs"]["Sgd"]["properties"]["kind"] == {"type": "string", "const": "sgd", "default": "sgd"}


def test_a_schema_that_names_its_fields_like_keywords_is_left_alone() -> None:
    schema = {
        "type": "object",
        "properties": {"enum": {"type": "string"}, "const": {"type": "integer"}, "default": {"enum": ["x"]}},
        "default": {"enum": "a", "anyOf": [1, None]},
    }
    assert fit_for_forms(schema) == {
        **schema,
        "properties": {
            "enum": {"type": "string"},
            "const": {"type": "integer"},
            "default": {"type": "string", "const": "x", "default": "x"},
        },
    }


VALUES = st.none() | st.integers(-2, 2) | st.sampled_from(["a", "b", "one", "sgd"])
TAGGED = st.fixed_dictionaries(
    {"kind": st.sampled_from(["sgd", "adam", "x"])}, optional={"rate": VALUES, "beta": VALUES}
)
NODES = st.recursive(st.none(), lambda part: st.fixed_dictionaries({"name": VALUES}, optional={"next": part}))
CONFIGS = st.fixed_dictionaries(
    {},
    optional={
        "number": VALUES,
        "word": VALUES,
        "only": VALUES,
        "mixed": VALUES,
        "items": VALUES | st.lists(VALUES, max_size=2),
        "one": VALUES | TAGGED,
        "either": VALUES | TAGGED,
        "maybe": VALUES | TAGGED,
        "node": VALUES | NODES,
        "both": VALUES,
        "unknown": VALUES,
    },
)


@settings(max_examples=300, deadline=None)
@given(CONFIGS)
def test_the_form_schema_accepts_what_the_raw_schema_accepts(config: dict[str, Any]) -> None:
    raw = Draft202012Validator(RAW).is_valid(config)
    assert Draft202012Validator(FORM).is_valid(config) == raw
    if raw:
        msgspec.json.decode(json.dumps(config), type=Config)
