"""Config types on which msgspec ends the whole process (0.22: it frees what it does not own), to be refused by name."""

import typing
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Meta

from athanor.sdk.errors import ExperimentError
from athanor.sdk.hints import UNIONS, arguments_of, every_hint, fields_of

_LIMITS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
_TEXTS = (str, bytes, bytearray, memoryview)


def refuse_crashing(config_type: Any) -> None:
    """Call it before msgspec sees the type.

    Raises:
        ExperimentError: a union in it would end the process sooner or later, in a garbage collection.
    """
    for hint in every_hint(config_type):
        if typing.get_origin(hint) in UNIONS and (reason := _reason(list(_members(hint, frozenset())))):
            raise ExperimentError(f"msgspec, which reads configs, crashes on {reason} in one union: {hint}. {_HOW}")


_HOW = "Drop the limits, or put one of the two into a Struct"


def _reason(members: list[tuple[Any, frozenset[str]]]) -> str | None:
    containers = [bare for bare, _ in members if _is_container(bare)]
    if containers and any("pattern" in limits for _, limits in members):
        return "text with a pattern beside a list, set, tuple or dict"
    if any(limits for _, limits in members) and any(_is_fixed_tuple(bare) for bare in containers):
        return "a limit (ge, max_length, ...) beside a tuple of fixed length"
    return None


def _members(hint: Any, limits: frozenset[str]) -> Iterator[tuple[Any, frozenset[str]]]:
    """The types of a union, aliases and annotations taken off, each with the names of its limits."""
    origin = typing.get_origin(hint)
    if origin is typing.Annotated:
        metas = [meta for meta in hint.__metadata__ if isinstance(meta, Meta)]
        limits |= {name for meta in metas for name in _LIMITS if getattr(meta, name) is not None}
    elif origin not in UNIONS and not hasattr(hint, "__supertype__") and not hasattr(hint, "__value__"):
        yield hint, limits
        return
    for part in arguments_of(hint):
        yield from _members(part, limits)


def _is_container(bare: Any) -> bool:
    origin = typing.get_origin(bare) or bare
    known = isinstance(origin, type) and issubclass(origin, Collection) and not issubclass(origin, _TEXTS)
    return known and not fields_of(bare)


def _is_fixed_tuple(bare: Any) -> bool:
    arguments = typing.get_args(bare)
    return typing.get_origin(bare) is tuple and not (len(arguments) == 2 and arguments[1] is ...)
