"""Metrics over a real server: any name, any double, series thinned without losing a peak."""

import math
from urllib.parse import quote
from uuid import UUID

import pytest

from athanor.db.session import Database
from athanor.wire.reports import Metric
from domain_api import Api
from factories import make_running, write

NAMES = ["loss", "loss/train", "a//b", "/lead", "trail/", "100% ?#&=+", "ü λ", "%2F", "metrics/", "a\\b", ".hidden"]


@pytest.fixture(scope="module")
def run_id(api: Api) -> UUID:
    async def fill(database: Database) -> UUID:
        claimed, fence = await make_running(database)
        points = [Metric(at, name, float(at), at) for at, name in enumerate(NAMES)]
        points += [Metric(at, "odd", value) for at, value in enumerate((math.nan, -math.inf, 1.5, math.inf))]
        points += [Metric(at, "long", 1000.0 if at == 777 else float(at % 10), at * 2) for at in range(1000)]
        await write(database, fence, points)
        return claimed.run_id

    return api.work(fill)


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_asked_for(api: Api, run_id: UUID, name: str) -> None:
    series = api.get(f"/runs/{run_id}/metrics/{quote(name, safe='')}")
    assert (series["name"], series["total"], [point["value"] for point in series["points"]]) == (
        name, 1, [float(NAMES.index(name))],
    )  # fmt: skip


def test_a_slash_may_stand_as_it_is(api: Api, run_id: UUID) -> None:
    assert api.get(f"/runs/{run_id}/metrics/loss/train")["name"] == "loss/train"


def test_the_list_says_last_smallest_and_largest(api: Api, run_id: UUID) -> None:
    found = {item["name"]: item for item in api.get(f"/runs/{run_id}/metrics")["items"]}
    assert list(found) == sorted([*NAMES, "odd", "long"])
    assert found["odd"] == {
        "name": "odd", "points": 4, "last": "Infinity", "last_step": None, "min": "-Infinity", "max": "Infinity",
    }  # fmt: skip
    assert found["long"] == {"name": "long", "points": 1000, "last": 9.0, "last_step": 1998, "min": 0.0, "max": 1000.0}
    assert [point["value"] for point in api.get(f"/runs/{run_id}/metrics/odd")["points"]] == [
        "NaN", "-Infinity", 1.5, "Infinity",
    ]  # fmt: skip


@pytest.mark.parametrize("points", [1, 7, 100, 999, 1000, 10_000])
def test_a_thinned_series_keeps_its_peak(api: Api, run_id: UUID, points: int) -> None:
    series = api.get(f"/runs/{run_id}/metrics/long", points=points)
    assert series["total"] == 1000
    assert series["last_offset"] == len(NAMES) + 4 + 1000 - 1
    assert len(series["points"]) == min(points, 1000)
    assert max(point["max"] for point in series["points"]) == 1000.0
    assert min(point["min"] for point in series["points"]) == 0.0
    steps = [point["step"] for point in series["points"]]
    assert steps == sorted(steps)
    assert steps[0] == 0


def test_what_is_not_there_or_cannot_be_used(api: Api, run_id: UUID) -> None:
    assert "no metric 'gain'" in api.refused(404, "GET", f"/runs/{run_id}/metrics/gain")["detail"]
    api.refused(404, "GET", f"/runs/{run_id}/metrics/a%00b")
    api.refused(404, "GET", f"/runs/{run_id}/metrics/%FF")
    api.refused(404, "GET", "/runs/0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e/metrics")
    assert api.refused(400, "GET", f"/runs/{run_id}/metrics/loss?points=0")["?points"] == "must be at least 1"
    assert api.refused(400, "GET", f"/runs/{run_id}/metrics/loss?points=10001")["?points"] == "must be at most 10000"
