"""Config types made up by Hypothesis, each as msgspec and as pydantic write it, and JSON values at their edges."""

import base64
import dataclasses
import enum
import itertools
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal, NamedTuple, Union
from uuid import UUID

import msgspec
import pydantic
from hypothesis import strategies as some
from msgspec import Meta
from pydantic import Field
from typing_extensions import TypedDict

from athanor.sdk.crashes import refuse_crashing
from athanor.sdk.errors import ExperimentError

Strategy = some.SearchStrategy


class Shape(NamedTuple):
    """One type in two spellings, and values for it: most of them nearly right."""

    native: Any
    model: Any
    values: "Strategy[Any]"


class Colour(enum.Enum):
    """Text."""

    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    """Numbers."""

    SMALL = 1
    LARGE = 10


class Point(NamedTuple):
    """A list with two places."""

    x: int
    y: float = 0.5


class Options(TypedDict, total=False):
    """A dict with known keys."""

    fast: bool
    name: str


MOMENTS = (
    *("2020-02-29T12:30:00Z", "2020-02-29T12:30:00", "2020-02-29 12:30:00+02:00", "2020-02-29t12:30:00z"),
    *("2020-02-30T12:30:00Z", "2020-02-29T24:00:00Z", "2020-02-29T23:59:60Z", "0001-01-01T00:00:00+23:59"),
    *(
        "9999-12-31T23:59:59.999999-23:59",
        "2020-02-29T12:30:00.1234567Z",
        "2020-02-29T12:30Z",
        "2020-02-29T12:30:00,5Z",
    ),
    *("2020-02-29", "20200229T123000Z", "2020-02-29T12:30:00+0200", "1582934400", "2020-02-29T12:30:00+24:00"),
)
TIMES = (
    *("12:30:00", "12:30:00Z", "12:30:00.5+02:00", "12:30", "24:00:00", "23:59:60", "12:30:00+24:00", "1:2:3"),
    *("12:30:00.123456789", "12:30:00,5", "123000", "12:30:00-23:59"),
)
DURATIONS = (
    *("P1D", "PT1H30M", "-P1DT0.5S", "P1W", "P1Y", "P1M", "PT", "P", "1 00:00:00", "PT1.5H", "+P1D", "p1d"),
    *("PT0.0000001S", "P999999999D", "P1000000000D", "PT99999999999999S", "P1DT", "PT1M1H", "P1,5D", "PT1.123456789S"),
)
NUMBERS = ("1", "-1.5", "1e3", ".5", "5.", "NaN", "Infinity", "1_0", "1e9999", "+1", " 1", "0x1", "", "1e99999", "--1")
IDS = (
    *(
        "123e4567-e89b-12d3-a456-426614174000",
        "123E4567E89B12D3A456426614174000",
        "123e4567-e89b-42d3-a456-426614174000",
    ),
    *("{123e4567-e89b-12d3-a456-426614174000}", "urn:uuid:123e4567-e89b-12d3-a456-426614174000", "123e4567"),
)
EVERY_TEXT = (
    *MOMENTS,
    *TIMES,
    *DURATIONS,
    *NUMBERS,
    *IDS,
    "QUJD",
    "QUI=",
    "QQ==",
    "QQ",
    "a\n",
    "é",
    "\t",
    "true",
    "01",
)

JSON_VALUES: "Strategy[Any]" = some.recursive(
    some.none()
    | some.booleans()
    | some.integers(-(2**70), 2**70)
    | some.floats()
    | some.text(max_size=4)
    | some.sampled_from(EVERY_TEXT),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.text(max_size=3), inner, max_size=3),
    max_leaves=4,
)


def mostly(values: "Strategy[Any]") -> "Strategy[Any]":
    """`values`, now and then anything."""
    return some.integers(0, 9).flatmap(lambda dice: values if dice else JSON_VALUES)


def near(texts: tuple[str, ...], made: "Strategy[str]") -> "Strategy[Any]":
    return mostly(some.sampled_from(texts) | made)


@some.composite
def whole_numbers(draw: Any) -> Shape:
    limits = draw(some.fixed_dictionaries({}, optional={"ge": some.integers(-9, 9), "lt": some.integers(10, 300)}))
    if draw(some.booleans()):
        limits["multiple_of"] = draw(some.integers(2, 5))
    values = some.integers(-12, 310) | some.integers(-12, 310).map(float) | some.integers(2**62, 2**65)
    return Shape(Annotated[int, Meta(**limits)], Annotated[int, Field(**limits)], mostly(values))


@some.composite
def numbers(draw: Any) -> Shape:
    limits = draw(some.fixed_dictionaries({}, optional={"gt": some.floats(-2, 2), "le": some.floats(3, 9)}))
    if draw(some.integers(0, 3)) == 0:
        limits["multiple_of"] = draw(some.sampled_from([0.5, 0.1, 2.0]))
    values = some.floats(-3, 10) | some.integers(-3, 10) | some.sampled_from([0.1, 0.3, 2.5]) | some.floats()
    return Shape(Annotated[float, Meta(**limits)], Annotated[float, Field(**limits)], mostly(values))


@some.composite
def texts(draw: Any) -> Shape:
    limits = draw(
        some.fixed_dictionaries(
            {},
            optional={
                "min_length": some.integers(0, 2),
                "max_length": some.integers(2, 4),
                "pattern": some.sampled_from(["^a", "b$", "^[a-c]*$", r"^\d+$"]),
            },
        )
    )
    values = some.text(alphabet="abc1\né", max_size=5) | some.text(max_size=5)
    return Shape(Annotated[str, Meta(**limits)], Annotated[str, Field(**limits)], mostly(values))


@some.composite
def octets(draw: Any) -> Shape:
    limits = draw(
        some.fixed_dictionaries({}, optional={"min_length": some.integers(0, 3), "max_length": some.integers(3, 8)})
    )
    encoded = some.binary(max_size=10).map(lambda data: base64.b64encode(data).decode())
    values = (
        encoded | encoded.map(lambda text: text.rstrip("=")) | some.text(max_size=9) | some.sampled_from(EVERY_TEXT)
    )
    return Shape(Annotated[bytes, Meta(**limits)], Annotated[bytes, Field(**limits)], mostly(values))


AWARE, LOCAL = Meta(tz=True), Meta(tz=False)
_moments = near(MOMENTS, some.datetimes().map(datetime.isoformat))
_times = near(TIMES, some.times().map(time.isoformat))
TIMELY = (
    Shape(datetime, datetime, _moments),
    Shape(Annotated[datetime, AWARE], pydantic.AwareDatetime, _moments),
    Shape(Annotated[datetime, LOCAL], pydantic.NaiveDatetime, _moments),
    Shape(time, time, _times),
    Shape(Annotated[time, AWARE], time, _times),
    Shape(Annotated[time, LOCAL], time, _times),
    Shape(date, date, near(("2020-02-29", "2020-02-30", "2020-2-9", "20200229", "0000-01-01"), some.dates().map(str))),
    Shape(timedelta, timedelta, near(DURATIONS, some.timedeltas().map(lambda each: msgspec.to_builtins(each)))),
)
PLAIN = (
    Shape(bool, bool, mostly(some.booleans())),
    Shape(UUID, UUID, near(IDS, some.uuids().map(str))),
    Shape(Decimal, Decimal, near(NUMBERS, some.decimals().map(str)) | some.floats(-9, 9) | some.integers()),
    Shape(Colour, Colour, mostly(some.sampled_from(["red", "blue", "RED", ""]))),
    Shape(Size, Size, mostly(some.sampled_from([1, 10, 1.0, 2, "1"]))),
    Shape(Literal["b", "a", 3], Literal["b", "a", 3], mostly(some.sampled_from(["a", "b", 3, 3.0, "3"]))),
    Shape(Any, Any, JSON_VALUES),
    Shape(Point, Point, mostly(some.lists(some.integers(0, 3) | some.floats(0, 3), max_size=4))),
    Shape(Options, Options, mostly(some.dictionaries(some.sampled_from(["fast", "name", "x"]), some.booleans()))),
)
scalars: "Strategy[Shape]" = (
    some.sampled_from(TIMELY) | some.sampled_from(PLAIN) | whole_numbers() | numbers() | texts() | octets()
)


@some.composite
def keys(draw: Any) -> Shape:
    """Types for the keys of a dict."""
    whole = some.integers(-400, 400)
    limits = draw(some.fixed_dictionaries({}, optional={"ge": some.integers(-120, 30), "le": some.integers(31, 250)}))
    shape = draw(
        some.sampled_from(
            [
                Shape(Annotated[int, Meta(**limits)], Annotated[int, Field(**limits)], whole.map(str)),
                Shape(int | Literal["all"], int | Literal["all"], whole.map(str) | some.just("all")),
                Shape(float, float, some.floats().map(str) | whole.map(str)),
                Shape(str, str, some.text(max_size=3)),
                Shape(Size, Size, some.sampled_from(["1", "10", "2"])),
                *[shape for shape in (*TIMELY, *PLAIN[1:6]) if shape.native is not bool],
            ]
        )
        | texts()
        | octets()
    )
    names = shape.values.map(lambda each: each if isinstance(each, str) else str(each))
    return shape._replace(values=names | some.sampled_from(EVERY_TEXT))


def unions(inner: "Strategy[Shape]") -> "Strategy[Shape]":
    """With null, of one or two types."""

    def join(shapes: list[Shape]) -> Shape:
        values = some.one_of(some.none(), *[shape.values for shape in shapes])
        return Shape(_union([shape.native for shape in shapes]), _union([shape.model for shape in shapes]), values)

    return some.lists(inner, min_size=1, max_size=2).map(join).filter(lambda shape: is_known(shape.native))


def _union(hints: list[Any]) -> Any:
    return Union[(None, *hints)]


def is_known(hint: Any) -> bool:
    """Whether msgspec takes the union: it refuses those that JSON could not tell apart. The same type twice is none."""
    try:
        refuse_crashing(hint)
        kind = msgspec.inspect.type_info(hint)
    except (ExperimentError, TypeError):
        return False
    members = getattr(kind, "types", ())
    return len({type(member) for member in members}) == len(members)


@some.composite
def collections(draw: Any, inner: "Strategy[Shape]") -> Shape:
    item = draw(inner)
    if draw(some.booleans()):
        pairs = some.tuples(item.values, some.integers(0, 3)).map(list)
        return Shape(tuple[item.native, int], tuple[item.model, int], mostly(pairs))
    limits = draw(some.fixed_dictionaries({}, optional={"min_length": some.just(1), "max_length": some.integers(1, 3)}))
    values = mostly(some.lists(item.values, max_size=4))
    return Shape(Annotated[list[item.native], Meta(**limits)], Annotated[list[item.model], Field(**limits)], values)


@some.composite
def dicts(draw: Any, inner: "Strategy[Shape]") -> Shape:
    key, item = draw(keys()), draw(inner)
    values = mostly(some.dictionaries(key.values, item.values, max_size=3))
    return Shape(dict[key.native, item.native], dict[key.model, item.model], values)


@some.composite
def records(draw: Any, inner: "Strategy[Shape]", *, root: bool = False) -> Shape:
    """A class with fields: a Struct or a dataclass, and the same as a pydantic model. As root: the config itself."""
    shapes = {f"f{number}": shape for number, shape in enumerate(draw(some.lists(inner, min_size=1, max_size=3)))}
    defaults = {name: draw(shape.values) for name, shape in shapes.items() if draw(some.booleans())}
    strict = draw(some.booleans())
    present = {name: shape.values for name, shape in shapes.items() if name not in defaults}
    absent = {name: shape.values for name, shape in shapes.items() if name in defaults}
    values: Strategy[Any] = some.fixed_dictionaries(present, optional=absent)
    if draw(some.integers(0, 3)) == 0:
        values = some.fixed_dictionaries(present, optional=absent | {"unknown": JSON_VALUES})
    return Shape(
        _native_class(shapes, defaults, strict=strict, as_dataclass=draw(some.booleans())),
        _model(shapes, defaults, strict=strict),
        values if root else mostly(values),
    )


_numbers = itertools.count()
"""No two classes have one name: their schemas could not be told apart."""


def _native_class(shapes: dict[str, Shape], defaults: dict[str, Any], *, strict: bool, as_dataclass: bool) -> Any:
    field = dataclasses.field if as_dataclass else msgspec.field
    fields: list[Any] = []
    for name, shape in shapes.items():
        try:
            value = msgspec.convert(defaults[name], shape.native, str_keys=True)
        except (KeyError, msgspec.ValidationError):
            fields.append((name, shape.native))
        else:
            fields.append((name, shape.native, field(default_factory=lambda value=value: value)))
    if as_dataclass:
        return dataclasses.make_dataclass(f"Data{next(_numbers)}", fields, kw_only=True)
    return msgspec.defstruct(f"Record{next(_numbers)}", fields, kw_only=True, forbid_unknown_fields=strict)


def _model(shapes: dict[str, Shape], defaults: dict[str, Any], *, strict: bool) -> Any:
    fields: dict[str, Any] = {}
    for name, shape in shapes.items():
        try:
            value = pydantic.TypeAdapter(shape.model).validate_json(msgspec.json.encode(defaults[name]))
        except (KeyError, ValueError):
            fields[name] = (shape.model, ...)
        else:
            fields[name] = (shape.model, Field(default_factory=lambda value=value: value))
    config = pydantic.ConfigDict(extra="forbid" if strict else "ignore")
    return pydantic.create_model(f"Model{next(_numbers)}", __config__=config, **fields)


def _containers(inner: "Strategy[Shape]") -> "Strategy[Shape]":
    return collections(inner) | dicts(inner) | unions(inner) | records(inner)


configs: "Strategy[Shape]" = records(
    some.recursive(scalars, _containers, max_leaves=4) | _containers(scalars), root=True
)
"""Whole config types with their configs."""
