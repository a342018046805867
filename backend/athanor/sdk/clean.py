"""Makes any Python value storable: JSON text that PostgreSQL keeps and every browser reads."""

import math
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from athanor.sdk.errors import ValueTooDeepError, ValueTooLargeError
from athanor.sdk.natural import NoNaturalFormError, decimal_text, is_array, natural, safe_repr, safe_str
from athanor.wire.text import clean_text

MAX_DEPTH = 500
MAX_VALUE_BYTES = 16 * 1024 * 1024
MAX_CONVERSIONS = 32
CIRCULAR = "<circular reference>"

_encode = msgspec.json.Encoder().encode
_SUSPECT = re.compile(rb"[0-9]{19}")
_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


def clean_json(value: object) -> str:
    """`value` as JSON text, in the form design section 3 defines. Key order is kept.

    Raises:
        ValueTooDeepError: nested deeper than MAX_DEPTH.
        ValueTooLargeError: over MAX_VALUE_BYTES.
    """
    text = _native(value)
    return _Writer().write(value) if text is None else text


def clean_message(message: object) -> str:
    """`message` as storable text: itself, or its `str`."""
    return clean_text(message if type(message) is str else safe_str(message))


def _native(value: object) -> str | None:
    """msgspec's JSON of `value` where it is the defined form, else None.

    msgspec writes NaN and infinities as null, big integers as digits, NUL as an escape, and refuses what it does
    not know; nothing else differs from what `_Writer` makes.
    """
    try:
        data = _encode(value)
    except Exception:
        return None
    if b"null" in data or b"\\u0000" in data or b'"nan":' in data or b'inf":' in data or _SUSPECT.search(data):
        return None
    if len(data) > MAX_VALUE_BYTES:
        raise _too_large()
    if not _is_shallow(data):
        return None
    return data.decode()


def _is_shallow(data: bytes) -> bool:
    """Whether the nesting is surely within MAX_DEPTH. Brackets inside strings may make the answer a false no."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return True
    brackets = data.translate(None, _BRACKETS)
    for _ in range(32):
        shorter = brackets.replace(b"[]", b"").replace(b"{}", b"")
        if not shorter:
            return True
        if len(shorter) == len(brackets):
            return False
        brackets = shorter
    return False


def _too_large() -> ValueTooLargeError:
    return ValueTooLargeError(
        f"the value is over {MAX_VALUE_BYTES // 1024 // 1024} MiB as JSON. Report less of it, or write it to a file"
    )


class _Writer:
    """Writes JSON without recursion: an own stack of the containers that are open."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._size = 0
        self._open: list[tuple[list[object], Iterator[Any], str]] = []
        self._open_ids: set[int] = set()

    def write(self, value: object) -> str:
        self._write_value(value)
        while self._open:
            chain, items, closing = self._open[-1]
            try:
                item = next(items)
            except StopIteration:
                self._open.pop()
                self._open_ids.difference_update(map(id, chain))
                self._emit(closing)
                continue
            if self._pieces[-1] not in ("[", "{"):
                self._emit(",")
            if closing == "}":
                key, item = item
                self._emit(_string(_key(key)) + ":")
            self._write_value(item)
        return "".join(self._pieces)

    def _emit(self, piece: str) -> None:
        self._pieces.append(piece)
        self._size += len(piece) if piece.isascii() else len(piece.encode())
        if self._size > MAX_VALUE_BYTES:
            raise _too_large()

    def _write_value(self, value: object) -> None:
        chain: list[object] = []  # the value and what it was converted to, step by step
        for _ in range(MAX_CONVERSIONS):
            if (text := _scalar(value)) is not None:
                return self._emit(text)
            if id(value) in self._open_ids:
                return self._emit(_string(CIRCULAR))
            chain.append(value)
            if type(value) is dict:
                return self._enter(chain, iter(list(value.items())), "{", "}")
            if type(value) is list or type(value) is tuple:
                return self._enter(chain, iter(list(value)), "[", "]")
            try:
                plain = natural(value)
            except NoNaturalFormError:
                return self._emit(_string(safe_repr(value)))
            if is_array(value) and (text := _native(plain)) is not None:
                return self._emit(text)
            value = plain
        raise _too_deep()

    def _enter(self, chain: list[object], items: Iterator[Any], opening: str, closing: str) -> None:
        if len(self._open) >= MAX_DEPTH:
            raise _too_deep()
        self._open.append((chain, items, closing))
        self._open_ids.update(map(id, chain))
        self._emit(opening)


def _too_deep() -> ValueTooDeepError:
    return ValueTooDeepError(f"the value is nested deeper than {MAX_DEPTH} levels. Report it flatter, or as text")


def _scalar(value: object) -> str | None:
    kind = type(value)
    if kind is str:
        return _string(value)  # type: ignore[arg-type]
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        digits = decimal_text(value)  # type: ignore[arg-type]
        return digits if _INT_MIN <= value <= _INT_MAX else f'"{digits}"'  # type: ignore[operator]
    if kind is float:
        return _float(value)  # type: ignore[arg-type]
    return None


def _string(text: str) -> str:
    return _encode(clean_text(text)).decode()


def _float(number: float) -> str:
    if math.isfinite(number):
        return _encode(number).decode()
    return '"NaN"' if math.isnan(number) else '"Infinity"' if number > 0 else '"-Infinity"'


def _key(key: object) -> str:
    """A JSON object's key: text as it is, numbers, booleans and None as JSON writes them, else the natural text."""
    for _ in range(MAX_CONVERSIONS):
        if type(key) is str:
            return key
        if (text := _scalar(key)) is not None:
            return text.strip('"')
        try:
            key = natural(key)
        except NoNaturalFormError:
            break
        if type(key) is list or type(key) is dict:
            break
    return safe_repr(key)
