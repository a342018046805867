"""Keyset pages: stable while rows come and go, as quick on the last page as on the first."""

import base64
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Generic, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct
from sqlalchemy import Select, SQLColumnExpression, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from athanor.domain.errors import BadRequest, FieldError

T = TypeVar("T")
Order: TypeAlias = Literal["asc", "desc"]

DEFAULT_LIMIT = 100
MAX_LIMIT = 1000
PAGE_BYTES = 1024 * 1024
"""About what one page of a stream holds at most, where many are read at once."""

# What a column can be compared with: a cursor may hold anything.
Text: TypeAlias = Annotated[str, Meta(pattern=r"^[^\x00]*\Z")]
Integer: TypeAlias = Annotated[int, Meta(ge=-(2**31), le=2**31 - 1)]
BigInteger: TypeAlias = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)]
Moment: TypeAlias = Annotated[datetime, Meta(tz=True)]


class Page(Struct, Generic[T], kw_only=True):
    """`next_cursor` is null on the last page; `total` counts all that match, over all pages."""

    items: list[T]
    next_cursor: str | None
    total: int


class Items(Struct, Generic[T], kw_only=True):
    """A list that is always whole."""

    items: list[T]


def bad_parameter(name: str, message: str) -> BadRequest:
    """A query parameter that cannot be used."""
    return BadRequest(f"The parameter {name} {message}.", [FieldError(f"?{name}", message)])


def encode_cursor(sort: str, order: Order, values: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode([sort, order, *values])).decode().rstrip("=")


def decode_cursor(cursor: str, sort: str, order: Order, types: Sequence[Any]) -> list[Any]:
    """The values of the last row seen.

    Raises:
        BadRequest: a cursor that this list, sorted so, did not give out.
    """
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        found_sort, found_order, *values = msgspec.json.decode(raw, type=list[Any])
        if (found_sort, found_order) != (sort, order) or len(values) != len(types):
            raise ValueError("made for another sort")
        return [_as_stored(msgspec.convert(value, wanted)) for value, wanted in zip(values, types, strict=True)]
    except (ValueError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise bad_parameter("cursor", "does not belong to this list and sort; leave it out to start anew") from None


def _as_stored(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


class Keyset(Struct, frozen=True, kw_only=True):
    """How a list may be sorted: field name -> column (never null) and the type its cursors must fit, with the id to
    break ties."""

    columns: Mapping[str, tuple[SQLColumnExpression[Any], Any]]
    key: InstrumentedAttribute[Any]
    key_type: Any

    def column(self, sort: str) -> tuple[SQLColumnExpression[Any], Any]:
        """Raises BadRequest for a field that cannot be sorted by."""
        if sort not in self.columns:
            raise bad_parameter("sort", f"must be one of {', '.join(self.columns)}")
        return self.columns[sort]

    def apply(
        self, query: Select[*tuple[Any, ...]], *, sort: str, order: Order, cursor: str | None, limit: int
    ) -> Select[*tuple[Any, ...]]:
        """`query` from the cursor on, sorted, with one row more than `limit` to see whether a page follows."""
        column, column_type = self.column(sort)
        if cursor is not None:
            value, key = decode_cursor(cursor, sort, order, [column_type, self.key_type])
            place = tuple_(column, self.key)
            query = query.where(place > (value, key) if order == "asc" else place < (value, key))
        if order == "asc":
            query = query.order_by(column.asc(), self.key.asc())
        else:
            query = query.order_by(column.desc(), self.key.desc())
        return query.add_columns(column.label("sort_value")).limit(limit + 1)

    def next_cursor(self, rows: Sequence[Any], *, sort: str, order: Order, limit: int) -> str | None:
        """The cursor behind the last row of the page, or None. Rows carry the key under its own name."""
        if len(rows) <= limit:
            return None
        row = rows[limit - 1]
        return encode_cursor(sort, order, [row.sort_value, getattr(row, self.key.key)])


def check_limit(limit: int) -> int:
    """Raises BadRequest for a page size outside 1 to 1000."""
    if not 1 <= limit <= MAX_LIMIT:
        raise bad_parameter("limit", f"must be from 1 to {MAX_LIMIT}")
    return limit


def short_page(table: str, condition: str, columns: str, bytes_each: str) -> str:
    """SQL for the next rows of a stream, ascending by offset, short in bytes too: a line may have 64 KiB.

    `bytes_each` is about how long a row is. Parameters: `run_id`, those of `condition`, `limit` (rows) and
    `page_bytes`; the row that reaches it is the last one.
    """
    # The lengths come without the values: PostgreSQL knows them of what it keeps aside.
    return f"""
        SELECT {columns} FROM (
            SELECT *, sum({bytes_each}) OVER (ORDER BY "offset") - ({bytes_each}) AS bytes_before FROM (
                SELECT * FROM {table} WHERE run_id = :run_id AND {condition} ORDER BY "offset" LIMIT :limit
            ) AS entries
        ) AS entries WHERE bytes_before < :page_bytes ORDER BY "offset"
    """  # noqa: S608
