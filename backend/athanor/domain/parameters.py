"""Query parameters that several lists share, with their limits as openapi.json has them."""

from typing import Annotated, TypeAlias

from litestar.params import QueryParameter

from athanor.domain.paging import MAX_LIMIT, Order

NO_NUL = r"^[^\x00]*$"
MAX_TEXT = 1000

LimitQuery: TypeAlias = Annotated[int, QueryParameter(ge=1, le=MAX_LIMIT, description="Items per page")]
CursorQuery: TypeAlias = Annotated[
    str | None, QueryParameter(max_length=5000, description="`next_cursor` of the page before, with the same sort")
]
OrderQuery: TypeAlias = Annotated[Order, QueryParameter(description="Ascending or descending")]
