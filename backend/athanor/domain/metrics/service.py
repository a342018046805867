"""Reading metrics: one line per metric, and series thinned to what a chart can show."""

from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.domain.errors import NotFound
from athanor.domain.metrics.schemas import MetricSummary, Series, SeriesPoint, number
from athanor.domain.paging import bad_parameter
from athanor.domain.runs.service import get_run

MAX_POINTS = 10_000
DEFAULT_POINTS = 1000

_SUMMARIES = text("""
    SELECT name, points, low, high, last.value, last.step FROM (
        SELECT name, count(*) AS points, max("offset") AS newest,
            min(value) FILTER (WHERE value <> 'NaN') AS low, max(value) FILTER (WHERE value <> 'NaN') AS high
        FROM metrics WHERE run_id = :run_id GROUP BY name
    ) AS summary
    CROSS JOIN LATERAL (
        SELECT value, step FROM metrics WHERE run_id = :run_id AND "offset" = summary.newest
    ) AS last
    ORDER BY name
""")
# Buckets of equal numbers of points: mean, smallest and largest of each, so that no peak is lost.
_SERIES = text("""
    SELECT min(coalesce(step, place)) AS step, min(timestamp) AS timestamp, avg(value) AS value,
        min(value) AS low, max(value) AS high, max(total) AS total, max("offset") AS newest
    FROM (
        SELECT "offset", step, timestamp, value, row_number() OVER (ORDER BY "offset") - 1 AS place,
            count(*) OVER () AS total
        FROM metrics WHERE run_id = :run_id AND name = :name
    ) AS numbered
    GROUP BY CASE WHEN total <= :points THEN place ELSE place * :points / total END
    ORDER BY min(place)
""")


async def list_metrics(session: AsyncSession, run_id: UUID) -> list[MetricSummary]:
    """By name. Raises NotFound for an unknown run."""
    await get_run(session, run_id)
    return [
        MetricSummary(
            name=row.name,
            points=row.points,
            last=number(row.value),
            last_step=row.step,
            min=None if row.low is None else number(row.low),
            max=None if row.high is None else number(row.high),
        )
        for row in await session.execute(_SUMMARIES, {"run_id": run_id})
    ]


async def get_series(session: AsyncSession, run_id: UUID, name: str, points: int) -> Series:
    """Raises NotFound for an unknown run or metric, BadRequest for a number of points outside 1 to 10,000."""
    if not 1 <= points <= MAX_POINTS:
        raise bad_parameter("points", f"must be from 1 to {MAX_POINTS}")
    await get_run(session, run_id)
    known = "\0" not in name
    rows = (await session.execute(_SERIES, {"run_id": run_id, "name": name, "points": points})).all() if known else []
    if not rows:
        raise NotFound(f"The run {run_id} has no metric {name!r}.")
    return Series(
        name=name,
        total=rows[0].total,
        last_offset=rows[-1].newest,
        points=[
            SeriesPoint(float(row.step), row.timestamp, number(row.value), number(row.low), number(row.high))
            for row in rows
        ],
    )
