"""The config type: found in the annotation, described, decoded."""

import dataclasses
import enum
import math
from typing import Annotated, Any, Literal, TypedDict

import msgspec
import pydantic
import pytest
from jsonschema import Draft202012Validator

from athanor import Run
from athanor.sdk.config import ConfigType, config_type_of
from athanor.sdk.errors import ConfigError, ExperimentError


class Size(enum.Enum):
    SMALL = "small"
    LARGE = "large"
    MEDIUM = "medium"


class Inner(msgspec.Struct):
    order: Literal["zeta", "alpha"] = "zeta"
    tags: list[str] = msgspec.field(default_factory=lambda: ["x"])


class Struct(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    required: Annotated[int, msgspec.Meta(ge=1)]
    level: Literal["low", "high", "extra"] = "low"
    size: Size = Size.LARGE
    maybe: Literal["b", "a"] | None = None
    many: list[Literal[3, 1, 2]] = msgspec.field(default_factory=lambda: [2])
    table: dict[str, Literal["y", "x"]] = msgspec.field(default_factory=dict)
    inner: Inner = msgspec.field(default_factory=Inner)
    limit: float = math.inf


@dataclasses.dataclass
class Dataclass:
    order: Literal["z", "a"] = "z"
    sizes: list[int] = dataclasses.field(default_factory=lambda: [1])
    derived: int = dataclasses.field(default=0, init=False)


class Dictionary(TypedDict, total=False):
    order: Literal["z", "a"]


class Model(pydantic.BaseModel):
    required: int
    alias: list[int] = pydantic.Field(default_factory=lambda: [1], alias="list")
    size: Size = Size.LARGE
    inner: "Model | None" = None


class Pair(msgspec.Struct):
    left: Inner
    right: list["Pair"] = []


class Sgd(msgspec.Struct, tag_field="kind", tag="sgd"):
    rate: float = 0.1


def config_type(annotation: Any, schema: dict[str, Any] | None = None) -> ConfigType:
    def experiment(run: Any) -> None: ...

    experiment.__annotations__["run"] = annotation
    return config_type_of(experiment, schema)


def properties(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return schema["$defs"][name]["properties"]  # type: ignore[no-any-return]


def test_literals_and_enums_keep_the_order_of_the_source() -> None:
    schema = config_type(Run[Struct]).schema()
    part = properties(schema, "Struct")
    assert part["level"]["enum"] == ["low", "high", "extra"]
    assert part["maybe"]["anyOf"][0]["enum"] == ["b", "a"]
    assert part["many"]["items"]["enum"] == [3, 1, 2]
    assert part["table"]["additionalProperties"]["enum"] == ["y", "x"]
    assert schema["$defs"]["Size"]["enum"] == ["small", "large", "medium"]
    assert properties(schema, "Inner")["order"]["enum"] == ["zeta", "alpha"]
    assert properties(config_type(Run[Dataclass]).schema(), "Dataclass")["order"]["enum"] == ["z", "a"]
    assert properties(config_type(Run[Dictionary]).schema(), "Dictionary")["order"]["enum"] == ["z", "a"]


def test_defaults_of_factories_are_in_the_schema_and_infinity_is_not() -> None:
    schema = config_type(Run[Struct]).schema()
    part = properties(schema, "Struct")
    assert part["many"]["default"] == [2]
    assert part["inner"]["default"] == {"order": "zeta", "tags": ["x"]}
    assert part["limit"] == {"type": "number"}
    assert properties(schema, "Inner")["tags"]["default"] == ["x"]


@pytest.mark.parametrize(
    ("annotation", "defaults"),
    [
        (
            Run[Struct],
            {
                "level": "low",
                "size": "large",
                "maybe": None,
                "many": [2],
                "table": {},
                "inner": {"order": "zeta", "tags": ["x"]},
            },
        ),
        (Run[Dataclass], {"order": "z", "sizes": [1]}),
        (Run[Dictionary], {}),
        (Run[Model], {"list": [1], "size": "large", "inner": None}),
        (Run[Sgd], {"kind": "sgd", "rate": 0.1}),
        (Run[None], {}),
        (Run[dict[str, int]], {}),
    ],
)
def test_defaults(annotation: Any, defaults: dict[str, Any]) -> None:
    kind = config_type(annotation)
    assert kind.defaults() == defaults
    assert list(kind.defaults()) == list(defaults)


@pytest.mark.parametrize(
    ("annotation", "required"),
    [
        (Run[Struct], {"required": 1}),
        (Run[Dataclass], {}),
        (Run[Model], {"required": 1}),
        (Run[Pair], {"left": {}}),
        (Run[None], {}),
        (Run, {}),
        (Run[Sgd], {}),
    ],
)
def test_every_schema_is_valid_and_accepts_the_defaults(annotation: Any, required: dict[str, Any]) -> None:
    kind = config_type(annotation)
    config = {**required, **kind.defaults()}
    for schema in (kind.schema(), kind.form_schema()):
        Draft202012Validator.check_schema(schema)
        assert list(Draft202012Validator(schema).iter_errors(config)) == []
    kind.decode(msgspec.json.encode(config).decode())


def test_a_given_schema_makes_a_dict() -> None:
    schema = {"type": "object", "properties": {"b": {"default": 1}, "a": {}}, "required": ("a",)}
    kind = config_type(Any, schema)
    assert kind.schema() == {**schema, "required": ["a"]}
    assert kind.defaults() == {"b": 1}
    assert kind.decode('{"b":2,"a":null}') == {"b": 2, "a": None}
    with pytest.raises(ConfigError, match="must be an object"):
        kind.decode("[]")


def test_whole_floats_are_integers_and_nothing_else_is_bent() -> None:
    kind = config_type(Run[Struct])
    assert kind.decode('{"required": 5.0, "limit": 2.0}') == Struct(required=5, limit=2.0)
    for text in ('{"required": 5.5}', '{"required": "5"}', '{"required": 0.0}', "{}", '{"required": 1, "x": 1}', "[]"):
        with pytest.raises(ConfigError):
            kind.decode(text)


def test_what_cannot_be_a_config_is_refused_by_name() -> None:
    def nothing() -> None: ...

    with pytest.raises(ExperimentError, match="nothing takes no parameter"):
        config_type_of(nothing, None)
    with pytest.raises(ExperimentError, match="annotated int; write `def experiment"):
        config_type(int)
    with pytest.raises(ExperimentError, match="cannot be read: name 'Nowhere' is not defined"):
        config_type("Run[Nowhere]")
    with pytest.raises(ExperimentError, match="type describes: array"):
        config_type(Run[list[int]]).schema()
    with pytest.raises(ExperimentError, match="no schema can be made of complex"):
        config_type(Run[complex]).schema()
    with pytest.raises(ExperimentError, match="type describes: string"):
        config_type(Any, {"type": "string"}).schema()
