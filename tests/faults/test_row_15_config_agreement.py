"""Whatever the API accepts the child accepts: generated config types with their own schemas, and configs at the edge.

The page's side of this row (the form) is tested with the page.
"""

import json
import re
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec
import pydantic
import pytest
from hypothesis import HealthCheck, event, given, settings
from jsonschema import Draft202012Validator
from msgspec import Meta
from pydantic import Field

from athanor.domain.experiments.config import complete, faults
from athanor.sdk.config import ConfigType, NativeType, PydanticModel
from athanor.sdk.errors import ConfigError, ExperimentError
from config_shapes import EVERY_TEXT, PLAIN, TIMELY, Shape, configs

many = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)


def accepts(kind: ConfigType, config: dict[str, Any]) -> bool:
    """Whether the API takes `config`; then the child must, and with the defaults that its own type has."""
    schema, defaults = kind.schema(), kind.defaults()
    whole = complete(schema, defaults, config)
    if faults(schema, whole):
        return False
    try:
        decoded = kind.decode(json.dumps(whole))
    except ConfigError as refused:
        raise AssertionError(f"{json.dumps(whole)} fits {json.dumps(schema)}, but: {refused}") from refused
    try:
        by_itself = kind.decode(json.dumps(config))
    except ConfigError:
        return True
    assert repr(decoded) == repr(by_itself)
    return True


def check_generated(kind: ConfigType, config: dict[str, Any]) -> None:
    try:
        schema, defaults = kind.schema(), kind.defaults()
    except ExperimentError as refused:
        event(f"refused: {refused}"[-90:])
        return
    Draft202012Validator.check_schema(schema)
    assert msgspec.json.decode(msgspec.json.encode([schema, defaults])) == [schema, defaults]
    event("fits" if accepts(kind, config) else "does not fit")


@many
@given(shape=configs.flatmap(lambda shape: shape.values.map(lambda config: (shape, config))))
def test_generated_structs_and_dataclasses(shape: tuple[Shape, dict[str, Any]]) -> None:
    check_generated(NativeType(shape[0].native), shape[1])


@many
@given(shape=configs.flatmap(lambda shape: shape.values.map(lambda config: (shape, config))))
def test_generated_models(shape: tuple[Shape, dict[str, Any]]) -> None:
    check_generated(PydanticModel(shape[0].model), shape[1])


def limited(kind: Any, **limits: Any) -> tuple[Any, Any]:
    """The type as msgspec and as pydantic limit it."""
    return Annotated[kind, Meta(**limits)], Annotated[kind, Field(**limits)]


TYPES: list[tuple[Any, Any]] = [
    *((shape.native, shape.model) for shape in (*TIMELY, *PLAIN)),
    *(limited(str, pattern=pattern) for pattern in ("^[a-c]*$", "b$", r"^\d+$", r"[$]", r"\$")),
    *(limited(str, **limits) for limits in ({"min_length": 2, "max_length": 3}, {"max_length": 0})),
    *(limited(int, **limits) for limits in ({"ge": 0}, {"gt": 0, "lt": 11}, {"le": -1}, {"ge": -105, "le": 1234})),
    *(limited(bytes, min_length=low, max_length=low + more) for low in range(4) for more in range(4)),
    (bytes, bytes),
    (bytes, pydantic.Base64Bytes),
    (int, int),
    (float, float),
    (int | Literal["all"], int | Literal["all"]),
    (Literal["a", "b"] | Annotated[str, Meta(pattern="b$")], str),
    (uuid.UUID, pydantic.UUID4),
    (Decimal, Annotated[Decimal, Field(max_digits=5, decimal_places=2)]),
    (Decimal, Annotated[Decimal, Field(max_digits=4)]),
    (Decimal, Annotated[Decimal, Field(decimal_places=1)]),
    (Decimal, Annotated[Decimal, Field(ge=1, le=10)]),
]
TEXTS = (
    *EVERY_TEXT,
    *("a", "b", "ab", "abc", "ab\n", "b\n", "éé", "$", "red", "blue", "RED", "all"),
    *("0", "-0", "00", "10", "11", "-1", "-105", "-106", "1234", "1235", "1\n", "9" * 19, "9" * 20, "9" * 400),
    *("1.50", "123.45", "1234.5", "0.001", "-0.5", "99999", "100000", "1e5", "12:30:00\n", "2020-02-29\n"),
    *("QQ==", "QUJDRA==", "QUJDREU=", "QUJDREVG", "QUJDREVGRw==", "QUI=\n", "QUJD=", "QU-_", "=", "===="),
)
OTHERS = (0, 1, 1.0, -1, 11, 5.5, 0.001, 100.55, 2**63, 2**64 - 1, -(2**63), 2**64, True, None, [], {}, [1, 0.5])


@pytest.mark.parametrize("number", range(len(TYPES)))
def test_texts_at_the_edge(number: int) -> None:
    native, model = TYPES[number]
    kinds: list[ConfigType] = [
        NativeType(msgspec.defstruct(f"Values{number}", [("value", native)])),
        PydanticModel(pydantic.create_model(f"Values{number}", value=(model, ...))),
    ]
    for kind in kinds:
        fitting = [value for value in (*TEXTS, *OTHERS) if accepts(kind, {"value": value})]
        assert fitting


@pytest.mark.parametrize("number", range(len(TYPES)))
def test_names_at_the_edge(number: int) -> None:
    native, model = TYPES[number]
    kinds: list[ConfigType] = [
        NativeType(msgspec.defstruct(f"Names{number}", [("table", dict[native, int])])),
        PydanticModel(pydantic.create_model(f"Names{number}", table=(dict[model, int], ...))),
    ]
    for kind in kinds:
        try:
            kind.schema()
        except ExperimentError as refused:
            assert re.search("a key|the .* keys", str(refused))  # noqa: PT017 - some types make no keys
        else:
            assert [text for text in TEXTS if accepts(kind, {"table": {text: 1}})]


@pytest.mark.parametrize(
    ("annotation", "values"),
    [
        (int, ["0", "-7", "123456789"]),
        (float, ["0.5", "-2", "1e-3"]),
        (Decimal, ["0.5", "-2"]),
        (uuid.UUID, ["123e4567-e89b-12d3-a456-426614174000"]),
        (Annotated[int, Meta(ge=0, le=99)], ["0", "42", "99"]),
    ],
)
def test_names_as_people_write_them_are_accepted(annotation: Any, values: list[str]) -> None:
    kind = NativeType(msgspec.defstruct("Table", [("table", dict[annotation, int])]))
    assert all(accepts(kind, {"table": {value: 1}}) for value in values)
