"""What the API and the event stream say about metrics."""

import math
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeAlias

from msgspec import Meta, Struct

from athanor.domain.json_fields import Timestamp

Number: TypeAlias = float | Literal["NaN", "Infinity", "-Infinity"]
"""A double; what JSON cannot say as a number is said as a string."""


class MetricPoint(Struct):
    """One point; `step` is null where the experiment gave none."""

    offset: int
    timestamp: Timestamp
    name: str
    step: int | None
    value: Number


class MetricSummary(Struct, kw_only=True):
    """One metric of a run; `min` and `max` leave NaN out."""

    name: str
    points: int
    last: Number
    last_step: int | None
    min: Number | None
    max: Number | None

    example: ClassVar = {"name": "heads_ratio", "points": 500, "last": 0.502, "last_step": 499, "min": 0.0, "max": 1.0}


class SeriesPoint(Struct):
    """`points` consecutive points as one: the mean, with the smallest and the largest."""

    step: Annotated[float, Meta(description="Step of the first point; the point's place where steps are absent")]
    timestamp: Timestamp
    value: Number
    min: Number
    max: Number


class Series(Struct, kw_only=True):
    """A metric over the run, thinned to at most the asked number of points; `total` counts all points."""

    name: str
    total: int
    last_offset: Annotated[
        int, Meta(description="Of the newest point; what the stream brings behind it is not in here")
    ]
    points: list[SeriesPoint]

    example: ClassVar = {
        "name": "heads_ratio",
        "total": 500,
        "last_offset": 499,
        "points": [{"step": 0, "timestamp": "2026-11-23T09:30:00.130000Z", "value": 0.5, "min": 0.0, "max": 1.0}],
    }


def number(value: float) -> Number:
    """`value` as JSON says it."""
    if math.isfinite(value):
        return value
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def metric_point(offset: int, timestamp: datetime, name: str, step: int | None, value: float) -> MetricPoint:
    """A row of the ledger as the world sees it."""
    return MetricPoint(offset, timestamp, name, step, number(value))
