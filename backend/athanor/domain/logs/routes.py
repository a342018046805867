"""REST: logs."""

from typing import Annotated
from uuid import UUID

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from litestar.response import Stream

from athanor.db.session import Database
from athanor.domain.logs import service
from athanor.domain.logs.schemas import LogPage
from athanor.domain.paging import DEFAULT_LIMIT
from athanor.domain.parameters import MAX_TEXT, NO_NUL, LimitQuery
from athanor.domain.runs.service import get_run
from athanor.wire.reports import Level

MEDIA_TYPES = {"txt": "text/plain", "jsonl": "application/jsonl; charset=utf-8"}


@get("/runs/{run_id:uuid}/logs", operation_id="listLogs", summary="Read logs")
async def list_logs(
    database: NamedDependency[Database],
    run_id: FromPath[UUID],
    after: Annotated[
        int | None,
        QueryParameter(ge=-1, le=service.MAX_OFFSET, description="Lines behind this offset; -1: from the first"),
    ] = None,
    before: Annotated[
        int | None, QueryParameter(ge=-1, le=service.MAX_OFFSET, description="The last lines before this offset")
    ] = None,
    limit: LimitQuery = DEFAULT_LIMIT,
    level: Annotated[Level | None, QueryParameter(description="This level and above")] = None,
    q: Annotated[
        str | None,
        QueryParameter(
            pattern=NO_NUL, max_length=MAX_TEXT, description="Text in the message, upper and lower case alike"
        ),
    ] = None,
    regex: Annotated[
        str | None,
        QueryParameter(
            pattern=NO_NUL, max_length=MAX_TEXT, description="A regular expression (PostgreSQL's) for the message"
        ),
    ] = None,
    count: Annotated[bool, QueryParameter(description="Count all lines that fit, for two seconds at most")] = False,
    count_after: Annotated[
        int, QueryParameter(ge=-1, le=service.MAX_OFFSET, description="Count only lines behind this offset")
    ] = -1,
) -> LogPage:
    """Always ascending. Without a cursor: the newest page."""
    wanted = service.LogFilter(level=level, q=q, regex=regex)
    async with database.read() as session:
        return await service.list_logs(
            session, run_id, wanted, after=after, before=before, limit=limit, count_after=count_after if count else None
        )


@get(
    "/runs/{run_id:uuid}/logs/download",
    operation_id="downloadLogs",
    summary="Download logs",
    response_description="The lines, as `text/plain` or `application/jsonl`.",
    media_types=("text/plain", "application/jsonl"),
)
async def download_logs(
    database: NamedDependency[Database],
    run_id: FromPath[UUID],
    format: Annotated[  # noqa: A002
        service.Format, QueryParameter(description="Text, or a JSON object per line")
    ] = "txt",
) -> Stream:
    """All lines that are there now, as text or as JSON lines."""
    async with database.read() as session:
        run = await get_run(session, run_id)
    return Stream(
        service.download(database, run_id, format),
        media_type=MEDIA_TYPES[format],
        headers={"Content-Disposition": f'attachment; filename="run-{run.number}-{run_id}.{format}"'},
    )


router = Router("/api", route_handlers=[list_logs, download_logs], tags=["logs"])
