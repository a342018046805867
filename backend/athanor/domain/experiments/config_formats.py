"""Formats of text in configs, checked by the decoder that the experiment's process uses.

`local-date-time`, `any-date-time` and `any-time` are ours: JSON Schema has no name for times whose offset is
forbidden or optional, which is what a plain `datetime` in Python is.
"""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Meta

Check = Callable[[str], bool]

_DECIMAL = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")


def _decodes(kind: object) -> Check:
    def check(text: str) -> bool:
        try:
            msgspec.convert(text, kind)
        except msgspec.ValidationError:
            return False
        return True

    return check


def _builds(build: Callable[[str], object]) -> Check:
    def check(text: str) -> bool:
        try:
            build(text)
        except (ValueError, OverflowError, InvalidOperation, re.error):
            return False
        return True

    return check


def _is_decimal(text: str) -> bool:
    return _DECIMAL.fullmatch(text) is not None and _builds(Decimal)(text)


def _is_uri(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path)) and not re.search(r"\s", text)


FORMATS: dict[str, Check] = {
    "date-time": _decodes(Annotated[datetime, Meta(tz=True)]),
    "local-date-time": _decodes(Annotated[datetime, Meta(tz=False)]),
    "any-date-time": _decodes(datetime),
    "date": _decodes(date),
    "time": _decodes(Annotated[time, Meta(tz=True)]),
    "partial-time": _decodes(Annotated[time, Meta(tz=False)]),
    "any-time": _decodes(time),
    "duration": _decodes(timedelta),
    "uuid": _decodes(UUID),
    "decimal": _is_decimal,
    "uri": _is_uri,
    "email": lambda text: _EMAIL.fullmatch(text) is not None,
    "ipv4": _builds(IPv4Address),
    "ipv6": _builds(IPv6Address),
    "regex": _builds(re.compile),
}

is_base64: Check = _decodes(bytes)
