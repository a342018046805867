"""What is added to msgspec's schema: formats, names of keys, lengths of bytes, defaults."""

import dataclasses
import enum
import math
import uuid
from datetime import datetime, time
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
import pytest
from msgspec import UNSET, Meta, UnsetType, field

from athanor.sdk.config import NativeType
from athanor.sdk.errors import ExperimentError


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


def part(hint: Any) -> dict[str, Any]:
    """The schema of a field of this type."""
    schema = NativeType(msgspec.defstruct("Only", [("part", hint)])).schema()
    return schema["$defs"]["Only"]["properties"]["part"]  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (datetime, "any-date-time"),
        (Annotated[datetime, Meta(tz=True)], "date-time"),
        (Annotated[datetime, Meta(tz=False)], "local-date-time"),
        (time, "any-time"),
        (Annotated[time, Meta(tz=True)], "time"),
        (Annotated[time, Meta(tz=False)], "partial-time"),
        (Annotated[datetime, Meta(extra_json_schema={"format": "date"})], "date"),
    ],
)
def test_moments_say_their_format(hint: Any, expected: str) -> None:
    assert part(hint) == {"type": "string", "format": expected}
    assert part(list[hint])["items"]["format"] == expected
    assert part(hint | None)["anyOf"][0]["format"] == expected
    assert part(dict[str, tuple[int, hint]])["additionalProperties"]["prefixItems"][1]["format"] == expected


@pytest.mark.parametrize(
    ("key", "rule"),
    [
        (str, None),
        (Any, None),
        (int | str, None),
        (int, {"pattern": "^-?(0|[1-9][0-9]{0,18})$"}),
        (Annotated[int, Meta(ge=1, le=12)], {"pattern": "^(?:[1-9]|1[0-2])$"}),
        (Size, {"enum": ["1", "2"]}),
        (Literal["b", "a"], {"enum": ["a", "b"]}),
        (uuid.UUID, {"format": "uuid"}),
        (datetime, {"format": "any-date-time"}),
        (bytes, {"contentEncoding": "base64"}),
        (Annotated[str, Meta(min_length=2)], {"minLength": 2}),
        (int | Literal["all"], {"anyOf": [{"pattern": "^-?(0|[1-9][0-9]{0,18})$"}, {"enum": ["all"]}]}),
        (int | None, {"pattern": "^-?(0|[1-9][0-9]{0,18})$"}),
    ],
)
def test_keys_say_what_they_look_like(key: Any, rule: dict[str, Any] | None) -> None:
    assert part(dict[key, bool]).get("propertyNames") == rule


@pytest.mark.parametrize(
    ("hint", "reason"),
    [
        (dict[tuple[int, int], int], "cannot come from JSON"),
        (dict[bool, int], "cannot come from JSON"),
        (dict[Annotated[int, Meta(multiple_of=2)], int], "multiple_of on the int keys"),
        (dict[Annotated[float, Meta(ge=0)], int], "limits on the float keys"),
        (Annotated[complex, Meta(extra_json_schema={"type": "string"})], "complex cannot be read from JSON"),
    ],
)
def test_what_cannot_be_said_is_refused_by_name(hint: Any, reason: str) -> None:
    with pytest.raises(ExperimentError, match=reason):
        part(hint)


class Inner(msgspec.Struct):
    tags: list[str] = field(default_factory=lambda: ["x"])
    table: dict[int, int] = field(default_factory=lambda: {1: 2})


class Odd(NamedTuple):
    number: int = 3


@dataclasses.dataclass
class Data:
    items: list[int] = dataclasses.field(default_factory=lambda: [1])
    inner: Inner = dataclasses.field(default_factory=Inner)
    made: int = dataclasses.field(default=0, init=False)


class Defaults(msgspec.Struct, kw_only=True):
    inner: Inner = field(default_factory=lambda: Inner(tags=["y"]))
    data: Data = field(default_factory=Data)
    odd: Odd = Odd()
    price: Decimal = Decimal("1.50")
    unset: int | UnsetType = UNSET
    sloppy: int = None  # type: ignore[assignment]
    fresh: str = field(default_factory=lambda: uuid.uuid4().hex)
    broken: int = field(default_factory=lambda: 1 // 0)
    limits: dict[str, float] = field(default_factory=lambda: {"a": math.inf})
    huge: int = 2**70


def test_defaults_are_there_at_every_depth_unless_only_the_process_can_make_them() -> None:
    kind = NativeType(Defaults)
    assert kind.defaults() == {
        "inner": {"tags": ["y"], "table": {"1": 2}},
        "data": {"items": [1], "inner": {"tags": ["x"], "table": {"1": 2}}},
        "odd": [3],
        "price": "1.50",
    }
    definitions = kind.schema()["$defs"]
    shown = {
        name: {field: each["default"] for field, each in fields.items() if "default" in each}
        for name, fields in ((name, each.get("properties", {})) for name, each in definitions.items())
    }
    assert shown["Defaults"] == kind.defaults()
    assert shown["Inner"] == {"tags": ["x"], "table": {"1": 2}}
    assert shown["Data"] == {"items": [1], "inner": {"tags": ["x"], "table": {"1": 2}}}
    assert "made" not in definitions["Data"]["properties"]


def test_literals_that_the_limits_beside_them_refuse_are_not_offered() -> None:
    hint = Literal["b", "a", 3] | Annotated[str, Meta(pattern="b$")]
    assert part(hint)["anyOf"] == [{"enum": ["b", 3]}, {"type": "string", "pattern": "b$"}]
