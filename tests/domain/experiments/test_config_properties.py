"""Whatever the API's check of a config accepts, the experiment's process decodes: over generated types and values."""

import datetime
import enum
import itertools
import json
import uuid
from decimal import Decimal
from typing import Annotated, Any, Literal, Optional

import jsonschema
import msgspec
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from msgspec import Meta

from athanor.domain.experiments.config import compare, complete, faults


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Size(enum.IntEnum):
    SMALL = 1
    LARGE = 2


class Sgd(msgspec.Struct, tag_field="kind", tag="sgd", forbid_unknown_fields=True, frozen=True):
    lr: Annotated[float, Meta(gt=0, lt=10)] = 0.1


class Adam(msgspec.Struct, tag_field="kind", tag="adam", frozen=True):
    beta: Annotated[int, Meta(ge=0, le=5)]
    inner: Sgd | None = None


SCALARS: list[Any] = [
    int,
    float,
    bool,
    str,
    None,
    Annotated[int, Meta(ge=-3, lt=7)],
    Annotated[int, Meta(multiple_of=3)],
    Annotated[float, Meta(gt=0.5, le=4)],
    Annotated[float, Meta(multiple_of=0.1)],
    Annotated[str, Meta(min_length=1, max_length=3)],
    Annotated[str, Meta(pattern="^[ab]+$")],
    Literal["a", "b", "zero"],
    Literal[1, 2, -7],
    Literal[1, "a", None],
    Colour,
    Size,
    Annotated[datetime.datetime, Meta(tz=True)],
    datetime.date,
    Annotated[datetime.time, Meta(tz=True)],
    Annotated[datetime.time, Meta(tz=False)],
    datetime.timedelta,
    uuid.UUID,
    Decimal,
    bytes,
    Sgd,
    Adam,
    Sgd | Adam,
    Sgd | Adam | None,
    int | str | None,
    Annotated[int, Meta(ge=5)] | float,
    Literal[1, 2] | float,
    Size | float | None,
    Any,
]


def _wrapped(kinds: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        kinds.map(lambda kind: list[kind]),
        kinds.map(lambda kind: Annotated[list[kind], Meta(min_length=1, max_length=2)]),
        kinds.map(lambda kind: dict[str, kind]),
        kinds.map(lambda kind: dict[Annotated[str, Meta(max_length=2)], kind]),
        st.tuples(kinds, kinds).map(lambda pair: tuple[pair[0], pair[1]]),
        kinds.map(lambda kind: kind if kind is Any else Optional[kind]),  # noqa: UP045
        st.sampled_from([set[int], frozenset[str], set[float], tuple[int, ...]]),
        st.lists(kinds, min_size=1, max_size=3).map(_struct),
    )


_NUMBERS_OF_STRUCTS = itertools.count()


def _struct(kinds: list[Any]) -> Any:
    fields = [(f"f{index}", kind) for index, kind in enumerate(kinds)]
    return msgspec.defstruct(f"Generated{next(_NUMBERS_OF_STRUCTS)}", fields, forbid_unknown_fields=len(kinds) % 2 == 0)


TYPES = st.recursive(st.sampled_from(SCALARS), _wrapped, max_leaves=4)

TEXTS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        [
            "a", "b", "ab", "red", "blue", "zero", "sgd", "adam", "QQ==", "QQ", "QQ=", "1.5", "1_0", "NaN", "1e5", "-0",
            "P1D", "PT5M", "P1Y", "P1W", "PT", "PT1.5S", "-PT1S", "2020-01-01", "2020-13-01", "2020-02-30",
            "2020-01-01T00:00:00", "2020-01-01T00:00:00Z", "2020-01-01t00:00:00.123456789+05:30",
            "2020-01-01T24:00:00Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59", "12:00:00", "12:00:00Z",
            "12:00:60Z", "12:00", "123e4567-e89b-12d3-a456-426614174000", "123e4567e89b12d3a456426614174000",
            "{123e4567-e89b-12d3-a456-426614174000}", "a\n", "\u0661",
        ]
    ),
)  # fmt: skip
NUMBERS = st.one_of(
    st.integers(-8, 8),
    st.integers(),
    st.sampled_from([2**63, 2**64 - 1, 2**64, -(2**63), -(2**63) - 1, 1.0, 5.0, 0.1, 0.3, 1e308, -0.0]),
    st.floats(),
)
FIELDS = ["f0", "f1", "f2", "kind", "lr", "beta", "inner", "x", "abc"]
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS),
    lambda values: st.one_of(
        st.lists(values, max_size=3),
        st.dictionaries(
            st.sampled_from(["f0", "f1", "f2", "kind", "lr", "beta", "inner", "x", "abc"]), values, max_size=4
        ),
    ),
    max_leaves=8,
)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_is_accepted_decodes(data: st.DataObject) -> None:
    kind = data.draw(TYPES)
    schema = json.loads(msgspec.json.encode(msgspec.json.schema(kind)))
    value = data.draw(_near(schema, schema) if data.draw(st.booleans()) else VALUES)
    accepted = faults(schema, value) == []
    event(f"accepted: {accepted}")
    if accepted:
        msgspec.json.decode(json.dumps(value), type=kind)
        if isinstance(value, dict):
            completed = complete(schema, {}, value)
            assert faults(schema, completed) == []
            msgspec.json.decode(json.dumps(completed), type=kind)


def _near(schema: Any, root: Any) -> st.SearchStrategy[Any]:
    """Values of about the shape of a schema, often but not always fitting it."""
    if "$ref" in schema:
        return _near(root["$defs"][schema["$ref"].removeprefix("#/$defs/")], root)
    if "anyOf" in schema:
        return st.one_of([_near(branch, root) for branch in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "object":
            fields = {name: _near(field, root) for name, field in schema.get("properties", {}).items()}
            rest = schema.get("additionalProperties")
            if isinstance(rest, dict):
                return st.dictionaries(st.text("ab", max_size=3), _near(rest, root), max_size=2)
            required = {name: fields.pop(name) for name in schema.get("required", [])}
            return st.fixed_dictionaries(required, optional=fields)
        case "array" if "prefixItems" in schema:
            return st.tuples(*(_near(item, root) for item in schema["prefixItems"])).map(list)
        case "array":
            return st.lists(_near(schema.get("items", {}), root), max_size=2)
        case "string":
            return TEXTS
        case "integer" | "number":
            return NUMBERS
        case "boolean":
            return st.booleans()
        case "null":
            return st.none()
    return VALUES


KEYWORDS = [*sorted(jsonschema.Draft202012Validator.VALIDATORS), "$defs", "discriminator", "default"]
SCHEMAS = st.one_of(
    TYPES.map(msgspec.json.schema),
    st.recursive(
        st.one_of(VALUES, st.sampled_from(["#", "#/$defs/x", "string", "object", "array", "integer", "uuid", "("])),
        lambda parts: st.one_of(
            st.dictionaries(st.sampled_from(KEYWORDS + FIELDS), parts, max_size=4),
            st.lists(parts, max_size=3),
        ),
    ).filter(lambda schema: isinstance(schema, dict)),
)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=SCHEMAS, other=SCHEMAS, value=VALUES)
def test_no_schema_and_no_value_raises(schema: Any, other: Any, value: Any) -> None:
    schema, other = json.loads(msgspec.json.encode(schema)), json.loads(msgspec.json.encode(other))
    for fault in faults(schema, value):
        fault.path.encode()
        fault.message.encode()
        assert fault.path == "" or fault.path.startswith("/")
    if is_schema(schema) and is_schema(other):
        if isinstance(value, dict):
            complete(schema, {}, value)
        for sentence in compare(schema, other):
            sentence.encode()


def is_schema(schema: Any) -> bool:
    try:
        jsonschema.Draft202012Validator.check_schema(schema)
    except jsonschema.SchemaError:
        return False
    return True
