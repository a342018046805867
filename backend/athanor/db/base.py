"""The declarative base of every table, and the column types they share."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias
from uuid import UUID

import msgspec
import uuid_utils.compat
from sqlalchemy import DateTime, MetaData, Text
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import UserDefinedType

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

Json: TypeAlias = msgspec.Raw


class JsonColumn(UserDefinedType[msgspec.Raw]):
    """A `json` column (key order kept) that goes in and out as JSON text, never parsed on the way."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "JSON"

    def bind_processor(self, dialect: object) -> Callable[[msgspec.Raw | None], str | None]:
        return lambda value: None if value is None else bytes(value).decode()

    def result_processor(self, dialect: object, coltype: object) -> Callable[[str | None], msgspec.Raw | None]:
        return lambda value: None if value is None else msgspec.Raw(value.encode())


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True), str: Text, msgspec.Raw: JsonColumn}  # noqa: RUF012


def new_id() -> UUID:
    """A UUIDv7: ids sort by creation time."""
    return uuid_utils.compat.uuid7()


def to_json(value: Any) -> msgspec.Raw:
    """`value` as JSON, ready for a JsonColumn."""
    return msgspec.Raw(msgspec.json.encode(value))
