"""Config types that would end the process are refused before msgspec sees them."""

import enum
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated, Any, Literal, NewType

import msgspec
import pytest
from msgspec import Meta

from athanor.sdk.config import NativeType
from athanor.sdk.errors import ExperimentError

Tag = Annotated[str, Meta(pattern="^a")]
Count = Annotated[int, Meta(ge=1)]
Named = NewType("Named", Tag)


class Colour(enum.Enum):
    RED = "red"


class Inner(msgspec.Struct):
    size: int


CRASHING: list[Any] = [
    Tag | list[int],
    None | list[int] | Tag,
    Tag | dict[str, int],
    Tag | set[int] | None,
    Tag | tuple[int, ...],
    Tag | Sequence[int],
    Annotated[str, Meta(pattern="^a", min_length=1)] | tuple[int, str],
    Count | tuple[int, str],
    Annotated[float, Meta(le=1)] | tuple[int, str],
    Annotated[str, Meta(max_length=3)] | tuple[int, str],
    Named | list[int],
]
FINE: list[Any] = [
    Tag | int | None,
    Count | Tag,
    Count | list[int],
    Tag | Inner | None,
    Annotated[str, Meta(max_length=3)] | list[int],
    tuple[Count, Tag] | None,
    list[Tag] | dict[str, Count],
    Colour | Count,
    Literal["a"] | list[Tag],
]


def config(hint: Any) -> NativeType:
    return NativeType(msgspec.defstruct("Config", [("outer", dict[str, msgspec.defstruct("Outer", [("part", hint)])])]))


@pytest.mark.parametrize("hint", CRASHING)
def test_refused_by_name(hint: Any) -> None:
    for look in (NativeType.schema, NativeType.defaults):
        with pytest.raises(ExperimentError, match=r"crashes on .* beside .* in one union: .*Drop the limits"):
            look(config(hint))


def test_the_others_live() -> None:
    for hint in FINE:
        config(hint).schema()


def test_they_do_crash() -> None:
    """When this fails msgspec is mended, and `athanor.sdk.crashes` can go."""
    code = (
        "import gc; from typing import Annotated; import msgspec\n"
        "kind = Annotated[int, msgspec.Meta(ge=1)] | tuple[int, str]\n"
        "for _ in range(300): msgspec.json.Decoder(kind); gc.collect(0)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode < 0
