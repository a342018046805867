"""pydantic models: their schema is as strict as their validation of JSON."""

import uuid
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Annotated, Any

import pydantic
import pytest
from pydantic import BaseModel, Field, SecretStr

from athanor.sdk.config import PydanticModel
from athanor.sdk.errors import ExperimentError


def part(hint: Any) -> dict[str, Any]:
    """The schema of a field of this type, without its title."""
    schema = PydanticModel(pydantic.create_model("Only", part=(hint, ...))).schema()
    return {key: value for key, value in schema["properties"]["part"].items() if key != "title"}


@pytest.mark.parametrize(
    ("hint", "expected"),
    [
        (datetime, {"type": "string", "format": "any-date-time"}),
        (pydantic.AwareDatetime, {"type": "string", "format": "date-time"}),
        (pydantic.NaiveDatetime, {"type": "string", "format": "local-date-time"}),
        (time, {"type": "string", "format": "any-time"}),
        (timedelta, {"type": "string", "format": "duration", "pattern": "^[^a-z]*$"}),
        (pydantic.Base64Bytes, {"type": "string", "contentEncoding": "base64"}),
        (Decimal, {"anyOf": [{"type": "number"}, {"type": "string", "format": "decimal"}]}),
        (Annotated[Decimal, Field(ge=0, le=9)], {"type": "number", "minimum": 0, "maximum": 9}),
        (
            Annotated[bytes, Field(max_length=3)],
            {"type": "string", "format": "binary", "maxLength": 3, "pattern": r"^[\x00-\x7f]*$"},
        ),
        (
            dict[int, bool],
            {
                "type": "object",
                "additionalProperties": {"type": "boolean"},
                "propertyNames": {"pattern": "^-?(0|[1-9][0-9]{0,18})$"},
            },
        ),
        (
            dict[Annotated[str, Field(pattern="^a")], bool],
            {"type": "object", "additionalProperties": {"type": "boolean"}, "propertyNames": {"pattern": "^a"}},
        ),
    ],
)
def test_rules(hint: Any, expected: dict[str, Any]) -> None:
    assert part(hint) == expected


def test_keys_that_json_cannot_have_are_refused() -> None:
    with pytest.raises(ExperimentError, match="a key of this dict cannot come from JSON"):
        part(dict[tuple[int, int], int])


class Inner(BaseModel):
    sizes: list[int] = Field(default_factory=lambda: [1])
    when: datetime = Field(default_factory=lambda: datetime(2020, 1, 1))


class Outer(BaseModel):
    inner: Inner = Field(default_factory=lambda: Inner(sizes=[2]))
    renamed: int = Field(default=1, validation_alias="in", serialization_alias="out")
    fresh: str = Field(default_factory=lambda: uuid.uuid4().hex)
    late: int = Field(default_factory=lambda data: data["renamed"])
    broken: int = Field(default_factory=lambda: 1 // 0)
    secret: SecretStr = SecretStr("hidden")
    sloppy: int = None  # type: ignore[assignment]
    endless: dict[str, float] = {"a": float("inf")}


def test_defaults_are_there_at_every_depth_unless_only_the_process_can_make_them() -> None:
    kind = PydanticModel(Outer)
    schema = kind.schema()
    assert kind.defaults() == {"inner": {"sizes": [2], "when": "2020-01-01T00:00:00"}, "in": 1}
    assert schema["$defs"]["Inner"]["properties"]["sizes"]["default"] == [1]
    assert [name for name, each in schema["properties"].items() if "default" in each] == ["inner", "in"]
    assert "hidden" not in str(schema)
