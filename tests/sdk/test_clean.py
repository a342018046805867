"""Any value becomes JSON text that is valid, storable, and the defined form of the value."""

import dataclasses
import datetime
import decimal
import enum
import json
import math
import pathlib
import uuid
from collections import OrderedDict, UserDict, deque, namedtuple
from typing import Any

import msgspec
import numpy
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.sdk.clean import CIRCULAR, MAX_DEPTH, MAX_VALUE_BYTES, clean_json, clean_message
from athanor.sdk.errors import ValueTooDeepError, ValueTooLargeError


class Colour(enum.Enum):
    RED = "red"


class Level(enum.IntEnum):
    HIGH = 3


@dataclasses.dataclass
class Point:
    x: float
    y: Any


class Tagged(msgspec.Struct, tag="t", rename="camel"):
    first_name: str
    missing: int | msgspec.UnsetType = msgspec.UNSET
    value: float = math.nan


class Model(pydantic.BaseModel):
    a: int
    b: float


class Text(str):
    def __str__(self) -> str:
        return "something else"


class Mute:
    def __repr__(self) -> str:
        raise RuntimeError("no")


class Liar:
    @property
    def __class__(self) -> type:  # type: ignore[override]
        raise RuntimeError("no")


class Plain:
    def __repr__(self) -> str:
        return "Plain\0\udc80"


Pair = namedtuple("Pair", "a b")
CYCLE: dict[str, Any] = {"a": 1}
CYCLE["self"] = CYCLE
RING = Point(1.0, None)
RING.y = [RING]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (math.nan, '"NaN"'),
        ([math.inf, -math.inf, None], '["Infinity","-Infinity",null]'),
        (2**63 - 1, "9223372036854775807"),
        ([2**63, -(2**63) - 1], '["9223372036854775808","-9223372036854775809"]'),
        (10**30, '"1' + "0" * 30 + '"'),
        ("nul \0 \ud800 é", '"nul \u2400 \\\\ud800 é"'),
        ({"b": 1, "a": {"d": 1, "c": 2}}, '{"b":1,"a":{"d":1,"c":2}}'),
        ({True: 2, None: 3, 1.5: 4, (1, 2): 5, Colour.RED: 6}, '{"true":2,"null":3,"1.5":4,"[1, 2]":5,"red":6}'),
        ({math.nan: 1}, '{"NaN":1}'),
        ({2**80: 1}, '{"1208925819614629174706176":1}'),
        (Colour.RED, '"red"'),
        ([Level.HIGH], "[3]"),
        (Point(math.nan, {1}), '{"x":"NaN","y":[1]}'),
        (Tagged("Ada"), '{"type":"t","firstName":"Ada","value":"NaN"}'),
        (Model(a=1, b=math.inf), '{"a":1,"b":"Infinity"}'),
        (Model(a=1, b=2.5), '{"a":1,"b":2.5}'),
        (Text("as it is"), '"as it is"'),
        (Pair(1, "b"), '[1,"b"]'),
        (deque([1, 2]), "[1,2]"),
        (range(3), "[0,1,2]"),
        (OrderedDict(z=1, a=2).keys(), '["z","a"]'),
        (UserDict(z=1), '{"z":1}'),
        (frozenset([7]), "[7]"),
        (b"\xff\x00", '"/wA="'),
        (bytearray(b"ab"), '"YWI="'),
        (pathlib.PurePosixPath("/a/b"), '"/a/b"'),
        (decimal.Decimal("1.50"), '"1.50"'),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC), '"2026-01-02T03:04:05Z"'),
        (datetime.date(2026, 1, 2), '"2026-01-02"'),
        (datetime.timedelta(seconds=90), '"PT90S"'),
        (uuid.UUID(int=0), '"00000000-0000-0000-0000-000000000000"'),
        (1 + 2j, '"(1+2j)"'),
        (Plain(), '"Plain\u2400\\\\udc80"'),
        (Mute(), '"<Mute object whose repr raised RuntimeError>"'),
        (CYCLE, '{"a":1,"self":"' + CIRCULAR + '"}'),
        (RING, '{"x":1.0,"y":["' + CIRCULAR + '"]}'),
        (numpy.float64("nan"), '"NaN"'),
        (numpy.int64(3), "3"),
        (numpy.bool_(True), "true"),
        (numpy.array([[1.5, math.nan], [math.inf, 2]]), '[[1.5,"NaN"],["Infinity",2.0]]'),
        (numpy.array(5), "5"),
        (numpy.array([1, "a", None], dtype=object), '[1,"a",null]'),
        (numpy.datetime64("2026-01-02T03:04:05.123456789"), '"2026-01-02T03:04:05.123456789"'),
        (numpy.array(["2026-01-02"], dtype="M8[D]"), '["2026-01-02"]'),
        ({"a": [], "b": {}, "c": [[], {}]}, '{"a":[],"b":{},"c":[[],{}]}'),
        ("[[[{{{", '"[[[{{{"'),
    ],
    ids=lambda part: part[:40] if isinstance(part, str) else type(part).__name__,
)
def test_the_defined_form(value: object, text: str) -> None:
    assert clean_json(value) == text
    assert clean_json({"deep": [value, None, math.nan]}) == '{"deep":[' + text + ',null,"NaN"]}'
    json.loads(text)


def test_integers_too_long_for_str_keep_all_digits() -> None:
    assert clean_json([10**5000]) == '["1' + "0" * 5000 + '"]'
    assert clean_message(-(10**5000)) == "-1" + "0" * 5000


def test_an_object_that_lies_about_its_class_is_kept_as_text() -> None:
    assert clean_json([Liar(), math.nan]).startswith('["')


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


def test_depth_is_allowed_to_its_limit_and_refused_by_name_beyond() -> None:
    assert clean_json(nested(MAX_DEPTH)) == "[" * MAX_DEPTH + "]" * MAX_DEPTH
    for depth in (MAX_DEPTH + 1, 5_000, 200_000):
        with pytest.raises(ValueTooDeepError, match="deeper than 500 levels"):
            clean_json(nested(depth))


def test_the_writer_needs_no_stack_of_its_own() -> None:
    def at_depth(levels: int) -> str:
        return at_depth(levels - 1) if levels else clean_json({"a": nested(400), "b": math.nan})

    assert at_depth(900).endswith(',"b":"NaN"}')


def test_size_is_refused_by_name() -> None:
    assert len(clean_json("x" * (MAX_VALUE_BYTES - 2))) == MAX_VALUE_BYTES
    for value in ("x" * MAX_VALUE_BYTES, ["é" * 1000] * 10_000, numpy.zeros(10_000_000), [None] * 5_000_000):
        with pytest.raises(ValueTooLargeError, match="over 16 MiB"):
            clean_json(value)


def test_many_brackets_in_a_shallow_value_are_fine() -> None:
    assert json.loads(clean_json([[i] for i in range(5_000)])) == [[i] for i in range(5_000)]
    assert json.loads(clean_json({"t": "[" * 5_000})) == {"t": "[" * 5_000}


def defined(value: Any) -> Any:
    """The defined form, written a second time and plainly."""
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**63:
        return str(value)
    if isinstance(value, str):
        return value.replace("\0", "\u2400").encode("utf-8", "backslashreplace").decode()
    if isinstance(value, list):
        return [defined(item) for item in value]
    if isinstance(value, dict):
        return {defined(key): defined(item) for key, item in value.items()}
    return value


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(codec=None))
VALUES = st.recursive(
    SCALARS, lambda part: st.lists(part) | st.dictionaries(st.text(st.characters(codec=None)), part), max_leaves=20
)


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_any_json_like_value(value: Any) -> None:
    text = clean_json(value)
    text.encode()
    assert "\\u0000" not in text
    assert json.loads(text) == defined(value)


@settings(max_examples=200, deadline=None)
@given(st.text(st.characters(codec=None)) | st.binary() | VALUES)
def test_any_message(message: Any) -> None:
    text = clean_message(message)
    text.encode()
    assert "\0" not in text
