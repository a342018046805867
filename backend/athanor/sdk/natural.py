"""The natural JSON of objects that are not JSON: one step of conversion at a time, nothing imported for it."""

import dataclasses
import datetime
import os
from collections import deque
from collections.abc import ItemsView, KeysView, Mapping, ValuesView
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

import msgspec


class NoNaturalFormError(Exception):
    """The object has no natural JSON, or failed to give it."""


_LISTS = (list, tuple, set, frozenset, deque, range, KeysView, ValuesView, ItemsView)
_TEXTS = (datetime.date, datetime.time, datetime.timedelta, Decimal, UUID, bytes, bytearray, memoryview)


def natural(value: Any) -> object:
    """`value` one step closer to dict, list, str, int, float, bool, None.

    Raises:
        NoNaturalFormError: there is no such step, or the object's own code raised.
    """
    try:
        plain = _convert(value)
    except NoNaturalFormError:
        raise
    except Exception as error:
        raise NoNaturalFormError from error
    if plain is value:
        raise NoNaturalFormError
    return plain


def is_array(value: object) -> bool:
    """Whether `value` is a numpy array, a tensor or the like."""
    kind = type(value)
    return hasattr(kind, "__array__") and hasattr(kind, "tolist")


def decimal_text(number: int) -> str:
    """All digits of `number`, however many (Python's own `str` stops at 4,300)."""
    try:
        return int.__repr__(number)
    except ValueError:
        return format(Decimal(number), "f")


def safe_repr(value: object) -> str:
    """`repr(value)`, or a note when the object's own code raises."""
    return _safe(repr, value)


def safe_str(value: object) -> str:
    """`str(value)`, or a note when the object's own code raises."""
    return _safe(str, value)


def _safe(show: Any, value: object) -> str:
    try:
        return str.__str__(show(value))
    except Exception as error:
        if isinstance(value, int):
            return decimal_text(int.__pos__(value))
        return f"<{type(value).__name__} object whose {show.__name__} raised {type(error).__name__}>"


def _convert(value: Any) -> object:
    kind = type(value)
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__pos__(value)
    if isinstance(value, float):
        return float.__pos__(value)
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, _TEXTS):
        return _text(value)
    if isinstance(value, msgspec.Struct):
        return _struct(value)
    if isinstance(value, _LISTS):
        return list(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if callable(getattr(kind, "model_dump", None)):
        return value.model_dump()
    if dataclasses.is_dataclass(kind):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if hasattr(kind, "__attrs_attrs__"):
        return {field.name: getattr(value, field.name) for field in kind.__attrs_attrs__}
    if is_array(value):
        return value.astype(str).tolist() if _counts_time(value) else value.tolist()
    if kind.__name__ == "DataFrame":
        return value.to_dicts() if hasattr(kind, "to_dicts") else value.to_dict(orient="records")
    raise NoNaturalFormError


def _counts_time(array: Any) -> bool:
    """numpy's datetime64 and timedelta64: their plain numbers would lose the unit."""
    return getattr(getattr(array, "dtype", None), "kind", "") in ("m", "M")


def _text(value: Any) -> object:
    try:
        return msgspec.to_builtins(value)
    except Exception:
        return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _struct(value: msgspec.Struct) -> object:
    config = value.__struct_config__
    fields = {
        encoded: item
        for name, encoded in zip(value.__struct_fields__, value.__struct_encode_fields__, strict=True)
        if (item := getattr(value, name)) is not msgspec.UNSET
    }
    if config.tag is not None and config.tag_field is not None:
        fields = {config.tag_field: config.tag, **fields}
    return list(fields.values()) if config.array_like else fields
