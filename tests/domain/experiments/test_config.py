"""Completing configs, naming their faults, telling schemas apart."""

import datetime
import enum
import json
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
from msgspec import Meta, Struct

from athanor.domain.errors import FieldError
from athanor.domain.experiments.config import MAX_DEPTH, MAX_FAULTS, compare, complete, faults


class Sgd(Struct, tag_field="kind", tag="sgd", forbid_unknown_fields=True, frozen=True):
    lr: Annotated[float, Meta(gt=0)] = 0.1


class Adam(Struct, tag_field="kind", tag="adam", forbid_unknown_fields=True):
    beta: float
    lr: Annotated[float, Meta(gt=0)] = 0.001


class Layer(Struct, forbid_unknown_fields=True):
    size: Annotated[int, Meta(ge=1, le=10)]
    name: str = "dense"


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    flips: Annotated[int, Meta(ge=1, le=100)] = 100
    bias: Annotated[float, Meta(ge=0, le=1)] = 0.5
    mode: Literal["slow", "fast"] = "fast"
    optimizer: Sgd | Adam | None = None
    layers: Annotated[list[Layer], Meta(min_length=2)] = []
    words: dict[str, Annotated[str, Meta(max_length=3)]] = {}
    note: str | None = None
    model: str


SCHEMA = msgspec.json.schema(Config)


def found(config: object, schema: Mapping[str, Any] = SCHEMA) -> dict[str, str]:
    named = faults(schema, config)
    assert len({fault.path for fault in named}) == len(named), named
    return {fault.path: fault.message for fault in named}


def test_a_fitting_config_has_no_faults() -> None:
    assert found({"model": "m", "optimizer": {"kind": "adam", "beta": 1}, "layers": [{"size": 1}, {"size": 2}]}) == {}
    assert found({"model": "", "optimizer": None, "note": None, "bias": 1}) == {}


def test_every_fault_is_named_at_its_own_place_in_one_answer() -> None:
    config = {
        "flips": 0,
        "bias": 1.5,
        "mode": "medium",
        "optimizer": {"kind": "adam", "lr": 0, "momentum": 1},
        "layers": [{"size": 11, "na/me~": 1}],
        "words": {"a": "ok", "b": "long", "c": 4},
        "note": 5,
        "bayes": True,
    }
    assert found(config) == {
        "/flips": "must be at least 1",
        "/bias": "must be at most 1",
        "/mode": "must be one of fast, slow",
        "/optimizer/beta": "is required",
        "/optimizer/lr": "must be more than 0",
        "/optimizer/momentum": "is not a known field",
        "/layers": "must have at least 2 items",
        "/layers/0/size": "must be at most 10",
        "/layers/0/na~1me~0": "is not a known field",
        "/words/b": "must be at most 3 characters long",
        "/words/c": "must be text",
        "/note": "must be text",
        "/bayes": "is not a known field",
        "/model": "is required",
    }


@pytest.mark.parametrize(
    ("config", "path", "message"),
    [
        ([], "", "must be an object"),
        (None, "", "must be an object"),
        ({"model": "m", "flips": 5.0}, "/flips", "must be a whole number"),
        ({"model": "m", "flips": True}, "/flips", "must be a whole number"),
        ({"model": "m", "bias": True}, "/bias", "must be a number"),
        ({"model": "m", "bias": "0.5"}, "/bias", "must be a number"),
        ({"model": "m", "bias": float("nan")}, "/bias", "must be a finite number"),
        ({"model": "m", "optimizer": {}}, "/optimizer/kind", "is required"),
        ({"model": "m", "optimizer": {"kind": "rms"}}, "/optimizer/kind", "must be one of sgd, adam"),
        ({"model": "m", "optimizer": {"kind": ["sgd"]}}, "/optimizer/kind", "must be one of sgd, adam"),
        ({"model": "m", "optimizer": "sgd"}, "/optimizer", "must be an object"),
        ({"model": "m\0"}, "/model", "must not contain the NUL character"),
        ({"model": "\ud800"}, "/model", "must be valid Unicode text"),
        ({"model": "m", "words": {"a\0": "a"}}, "/words/a\u2400", "has a name that must not contain the NUL character"),
        ({"model": "m", "bias": -1.0}, "/bias", "must be at least 0"),
    ],
)
def test_one_fault(config: object, path: str, message: str) -> None:
    assert found(config) == {path: message}


def test_a_whole_number_outside_64_bits_is_refused_wherever_it_stands() -> None:
    free = msgspec.json.schema(dict[str, Any])
    assert found({"a": 2**64 - 1, "b": -(2**63), "c": [1e300]}, free) == {}
    assert found({"a": 2**64, "b": [{"c": -(2**63) - 1}]}, free) == {
        "/a": "must fit in 64 bits",
        "/b/0/c": "must fit in 64 bits",
    }


class Node(Struct):
    child: "Node | None" = None
    children: "list[Node]" = []


@pytest.mark.parametrize("depth", [MAX_DEPTH, MAX_DEPTH + 1, 5_000, 200_000])
def test_nesting_is_bounded_and_never_raises(depth: int) -> None:
    config: dict[str, Any] = {}
    for _ in range(depth - 1):
        config = {"child": config}
    expected = [] if depth <= MAX_DEPTH else [f"must not be nested more than {MAX_DEPTH} levels deep"]
    try:
        for schema in (msgspec.json.schema(Node), {}):
            assert [fault.message for fault in faults(schema, config)] == expected
        if depth <= MAX_DEPTH:
            assert msgspec.json.encode(complete(msgspec.json.schema(Node), {}, config)).count(b'child":') == depth
    finally:
        while config:  # a chain this long must not be freed by recursion
            config = config["child"]


def test_many_faults_are_bounded() -> None:
    named = faults(msgspec.json.schema(dict[str, int]), {str(index): "x" for index in range(5 * MAX_FAULTS)})
    assert len(named) == MAX_FAULTS + 1
    assert named[-1] == FieldError("", "has more faults than are listed; the first 1000 are named")


@pytest.mark.parametrize(
    ("kind", "good", "bad", "message"),
    [
        (Annotated[datetime.datetime, Meta(tz=True)], "2020-01-01T00:00:00Z", "2020-01-01T00:00:00", "must be a date and time with its offset, like 2026-11-23T09:30:00Z"),  # noqa: E501
        (datetime.date, "2020-02-29", "2021-02-29", "must be a date, like 2026-11-23"),
        (datetime.timedelta, "P1DT2H", "P1Y", "must be a duration in days, hours, minutes and seconds, like P1DT2H30M"),
        (uuid.UUID, "123e4567-e89b-12d3-a456-426614174000", "123", "must be a UUID, like 123e4567-e89b-12d3-a456-426614174000"),  # noqa: E501
        (Decimal, "1.50", "1,5", "must be a decimal number in quotes, like 12.50"),
        (bytes, "QQ==", "QQ", "must be bytes in base64, like SGVsbG8="),
        (Annotated[str, Meta(pattern="^a+$")], "aa", "b", "must match the pattern ^a+$"),
        (Annotated[str, Meta(min_length=1)], "a", "", "must not be empty"),
        (Annotated[int, Meta(multiple_of=3)], 9, 10, "must be a multiple of 3"),
        (Annotated[float, Meta(multiple_of=0.5)], 1.5, 1.6, "must be a multiple of 0.5"),
        (tuple[int, str], [1, "a"], [1], "must have at least 2 items"),
        (tuple[int, str], [1, "a"], [1, "a", 2], "must have at most 2 items"),
        (set[int], [1, 2], [1, 1], "must not hold the same item twice"),
        (Literal[1, 2], 1, 1.0, "must be one of 1, 2"),
        (Literal[1], 1, True, "must be 1"),
        (int | str, "a", 1.5, "must be a whole number or text"),
        (Annotated[int, Meta(ge=5)] | float, 3.0, 3, "must be at least 5"),
        (Literal[1] | float, 2.0, 2, "must be 1"),
        (Annotated[dict[str, int], Meta(max_length=1)], {}, {"a": 1, "b": 2}, "must have at most 1 field"),
        (Annotated[int, Meta(lt=5)], 4, 5, "must be less than 5"),
    ],
)  # fmt: skip
def test_each_kind_of_value(kind: Any, good: object, bad: object, message: str) -> None:
    class Holder(Struct):
        value: kind

    schema = msgspec.json.schema(Holder)
    assert found({"value": good}, schema) == {}
    msgspec.json.decode(json.dumps({"value": good}), type=Holder)
    assert found({"value": bad}, schema) == {"/value": message}


def test_names_of_fields_have_rules_too() -> None:
    schema = msgspec.json.schema(dict[Annotated[str, Meta(max_length=2)], int])
    assert found({"ab": 1, "abc": 2}, schema) == {"/abc": "has a name that must be at most 2 characters long"}


def test_keywords_of_hand_written_schemas() -> None:
    schema = {
        "type": "object",
        "properties": {
            "a": {"contains": {"type": "integer"}, "minContains": 2},
            "b": {"not": {"type": "string"}},
            "c": False,
            "d": {"oneOf": [{"type": "integer"}, {"minimum": 5}]},
            "e": {"allOf": [{"minimum": 1}, {"maximum": 3}]},
            "f": {"if": {"type": "integer"}, "then": {"minimum": 10}},
            "g": {"type": ["integer", "null"]},
        },
        "patternProperties": {"^x": {"type": "integer"}},
        "additionalProperties": False,
        "dependentRequired": {"e": ["z"]},
    }
    config = {"a": [1, "x"], "b": "x", "c": 1, "d": 6, "e": 9, "f": 3, "g": "g", "x1": "x", "y": 1}
    assert found(config, schema) == {
        "/a": "must hold at least 2 matching items",
        "/b": "is not allowed here",
        "/c": "is not allowed here",
        "/d": "matches more than one of the allowed forms",
        "/e": "must be at most 3",
        "/f": "must be at least 10",
        "/g": "must be a whole number or null",
        "/x1": "must be a whole number",
        "/y": "is not a known field",
        "/z": "is required here",
    }


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/$defs/Nowhere"},
        {"$ref": "https://example.org/schema.json"},
        {"type": "text"},
        {"minimum": "5"},
        {"properties": {"a": {"pattern": "("}}},
        {"$ref": "#"},
    ],
)
def test_a_schema_that_cannot_be_used_is_a_fault_and_reaches_for_no_network(schema: dict[str, Any]) -> None:
    (fault,) = faults(schema, {"a": "b"})
    assert fault.path == ""
    assert fault.message.startswith(("cannot be checked: ", "must not be nested"))


def test_pydantic_models_are_checked_by_their_schema() -> None:
    class Cat(pydantic.BaseModel):
        kind: Literal["cat"]
        lives: int = pydantic.Field(9, ge=1)

    class Dog(pydantic.BaseModel):
        kind: Literal["dog"]
        age: int | None = None

    class Zoo(pydantic.BaseModel):
        model_config = pydantic.ConfigDict(extra="forbid")
        pet: Cat | Dog = pydantic.Field(discriminator="kind")
        spare: Cat = Cat(kind="cat")

    schema = Zoo.model_json_schema()
    assert found({"pet": {"kind": "cat", "lives": 0}, "x": 1}, schema) == {
        "/pet/lives": "must be at least 1",
        "/x": "is not a known field",
    }
    assert complete(schema, {}, {"pet": {"kind": "dog"}}) == {
        "pet": {"kind": "dog", "age": None},
        "spare": {"kind": "cat", "lives": 9},
    }


def test_complete_fills_defaults_at_every_depth_and_keeps_the_order_of_keys() -> None:
    config = {"optimizer": {"beta": 0.9, "kind": "adam"}, "model": "m", "layers": [{"size": 3}], "bias": 0.1}
    completed = complete(SCHEMA, {"words": {"a": "b"}}, config)
    assert json.dumps(completed) == json.dumps(
        {
            "optimizer": {"beta": 0.9, "kind": "adam", "lr": 0.001},
            "model": "m",
            "layers": [{"size": 3, "name": "dense"}],
            "bias": 0.1,
            "flips": 100,
            "mode": "fast",
            "words": {"a": "b"},
            "note": None,
        }
    )
    assert config == {
        "optimizer": {"beta": 0.9, "kind": "adam"},
        "model": "m",
        "layers": [{"size": 3}],
        "bias": 0.1,
    }
    assert faults(SCHEMA, complete(SCHEMA, {}, {"model": "m", "layers": [{"size": 1}, {"size": 2}]})) == []


def test_what_is_filled_in_is_never_shared_between_configs() -> None:
    first, second = (complete(SCHEMA, {"words": {}}, {"model": "m"}) for _ in range(2))
    first["words"]["a"] = "b"
    first["layers"].append(1)
    assert (second["words"], second["layers"]) == ({}, [])


def test_complete_leaves_what_does_not_fit_to_faults() -> None:
    config = {"optimizer": {"kind": "rms"}, "layers": "none", "words": 5, "extra": {"a": [1]}}
    completed = complete(SCHEMA, {}, config)
    assert {name: completed[name] for name in config} == config
    endless = {"$defs": {"N": {"properties": {"n": {"$ref": "#/$defs/N", "default": {}}}}}, "$ref": "#/$defs/N"}
    assert [fault.path for fault in faults(endless, complete(endless, {}, {}))] == ["/n/n/n"]


class Point(Struct, frozen=True):
    x: int
    y: int = 2


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


def test_complete_agrees_with_what_the_experiment_would_see() -> None:
    class Everything(Struct):
        point: Point
        colour: Colour = Colour.RED
        optimizer: Sgd | Adam = Sgd(lr=0.5)
        points: list[Point] = []
        byname: dict[str, Point] = {}
        pair: tuple[int, Point] = (1, Point(1))

    schema = json.loads(json.dumps(msgspec.json.schema(Everything)))
    config = {"point": {"x": 1}, "optimizer": {"kind": "sgd"}, "points": [{"x": 5}], "byname": {"a": {"x": 0}}}
    completed = complete(schema, {}, config)
    assert faults(schema, completed) == []
    assert completed == json.loads(msgspec.json.encode(msgspec.convert(config, Everything)))


class Rms(Struct, tag_field="kind", tag="rms"):
    rho: float


def test_compare_says_what_changed_in_plain_sentences() -> None:
    class New(Struct, kw_only=True, rename={"renamed": "mode"}):
        flips: Annotated[int, Meta(ge=1, le=50, description="How many")] = 50
        renamed: Literal["slow", "mid"] = "mid"
        optimizer: Sgd | Rms | None = None
        layers: list[Layer] = []
        words: dict[str, int] = {}
        note: str
        seed: int
        model: str = "m"

    assert compare(SCHEMA, SCHEMA) == []
    assert compare(SCHEMA, msgspec.json.schema(New)) == [
        "the config: unknown fields are now allowed",
        "flips: maximum went from 100 to 50",
        "field bias was removed",
        "mode: fast is no longer allowed",
        "mode: mid is now allowed",
        "choice adam of optimizer was removed",
        "layers: minimum number of items 2 was removed",
        "words[*]: went from text to a whole number",
        "words[*]: maximum length 3 was removed",
        "note: went from null or text to text",
        "note: is now required",
        "model: is no longer required",
        "choice rms of optimizer was added",
        "field seed was added and is required",
    ]


def test_compare_ends_on_recursive_schemas() -> None:
    schema = {"$ref": "#/$defs/W", "$defs": {"W": {"anyOf": [{"$ref": "#/$defs/W"}, {"type": "object"}]}}}
    assert compare(schema, schema) == []
    old = {"$ref": "#/$defs/N", "$defs": {"N": {"type": "object", "properties": {"n": {"$ref": "#/$defs/N"}}}}}
    new = {"$ref": "#/$defs/N", "$defs": {"N": {"type": "object", "properties": {"m": {"$ref": "#/$defs/N"}}}}}
    assert compare(old, new) == ["field n was removed", "field m was added"]
