"""Walks through type hints: which types a config type is made of."""

import types
import typing
from collections.abc import Iterator
from typing import Any

import msgspec

UNIONS = (typing.Union, types.UnionType)
_MARKS = ("__dataclass_fields__", "__attrs_attrs__", "__total__", "_field_defaults")
"""What dataclasses, attrs classes, TypedDicts and NamedTuples have."""


def every_hint(hint: Any) -> Iterator[Any]:
    """`hint` and every hint that it leads to, through fields and arguments, once each."""
    seen = set()
    waiting = [hint]
    while waiting:
        part = waiting.pop(0)
        if part not in seen:
            seen.add(part)
            yield part
            waiting += [*(field for _, field in fields_of(part)), *arguments_of(part)]


def fields_of(cls: Any) -> list[tuple[str, Any]]:
    """The fields of a class by their names in JSON; none for anything else."""
    origin = typing.get_origin(cls) or cls
    if isinstance(origin, type) and issubclass(origin, msgspec.Struct):
        return [(part.encode_name, part.type) for part in msgspec.structs.fields(cls)]
    if isinstance(origin, type) and any(hasattr(origin, mark) for mark in _MARKS):
        return list(typing.get_type_hints(origin, include_extras=True).items())
    return []


def arguments_of(hint: Any) -> tuple[Any, ...]:
    """The hints that `hint` is made of: members of a union, items of a list, what is annotated or named anew."""
    if typing.get_origin(hint) is typing.Literal:
        return ()
    if typing.get_origin(hint) is typing.Annotated:
        return (hint.__origin__,)
    if hasattr(hint, "__supertype__"):
        return (hint.__supertype__,)
    if hasattr(hint, "__value__"):
        return (hint.__value__,)
    return tuple(argument for argument in typing.get_args(hint) if not isinstance(argument, (list, type(...))))
