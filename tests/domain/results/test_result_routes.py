"""Results over a real server: previews, whole values, pages in every order."""

import json
from uuid import UUID

import pytest

from athanor.db.session import Database
from athanor.wire.reports import Result
from domain_api import Api
from factories import make_running, write

LARGE = json.dumps(["x" * 100] * 100)
VALUES = [
    ("summary", '{"b":1,"a":[1,2,null]}'),
    ("summary", '"again"'),
    ("large", LARGE),
    ("odd/key %_", '"NaN"'),
    ("null", "null"),
]


@pytest.fixture(scope="module")
def run_id(api: Api) -> UUID:
    async def fill(database: Database) -> UUID:
        claimed, fence = await make_running(database)
        await write(database, fence, [Result(at * 1000, key, value) for at, (key, value) in enumerate(VALUES)])
        return claimed.run_id

    return api.work(fill)


def test_small_values_are_their_own_preview_and_large_ones_are_cut(api: Api, run_id: UUID) -> None:
    page = api.get(f"/runs/{run_id}/results")
    assert (page["total"], page["next_cursor"]) == (5, None)
    assert page["items"][0] == {
        "offset": 0,
        "key": "summary",
        "timestamp": "1970-01-01T00:00:00Z",
        "size": len(VALUES[0][1]),
        "truncated": False,
        "preview": {"b": 1, "a": [1, 2, None]},
    }
    assert page["items"][2]["truncated"] is True
    assert page["items"][2]["preview"] == LARGE[:200]
    assert page["items"][2]["size"] == len(LARGE)
    whole = api.client.get(f"/api/runs/{run_id}/results/0")
    assert '"value":{"b":1,"a":[1,2,null]}' in whole.text  # the order of the keys is kept
    assert api.get(f"/runs/{run_id}/results/2")["value"] == json.loads(LARGE)
    assert api.get(f"/runs/{run_id}/results/4")["value"] is None


@pytest.mark.parametrize(
    ("sort", "expected"),
    [("offset", [0, 1, 2, 3, 4]), ("timestamp", [0, 1, 2, 3, 4]), ("key", [2, 4, 3, 0, 1]), ("size", [4, 3, 1, 0, 2])],
)
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_in_every_order(api: Api, run_id: UUID, sort: str, expected: list[int], order: str) -> None:
    seen, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = api.get(f"/runs/{run_id}/results", sort=sort, order=order, limit=2, **more)
        seen += [item["offset"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == (expected if order == "asc" else expected[::-1])


def test_a_filter_by_key(api: Api, run_id: UUID) -> None:
    page = api.get(f"/runs/{run_id}/results", q="SUMM")
    assert ([item["offset"] for item in page["items"]], page["total"]) == ([0, 1], 2)
    assert [item["offset"] for item in api.get(f"/runs/{run_id}/results", q="%_")["items"]] == [3]


@pytest.mark.parametrize("offset", ["5", "9223372036854775808", "9" * 30])
def test_a_result_that_is_not_there(api: Api, run_id: UUID, offset: str) -> None:
    assert api.refused(404, "GET", f"/runs/{run_id}/results/{offset}")["detail"].endswith(
        f"no result with offset {offset}."
    )


def test_offsets_that_are_none(api: Api, run_id: UUID) -> None:
    for odd in ("x", "1.5", "%00", "9" * 5000):
        api.refused(404, "GET", f"/runs/{run_id}/results/{odd}")
    assert api.client.get(f"/api/runs/{run_id}/results/-1").status_code in (400, 404)


def test_cursors_that_were_made_up_are_refused(api: Api, run_id: UUID) -> None:
    import base64

    for parts in (
        ["key", "asc", "a\0", 1], ["offset", "asc", 2**70, 1], ["offset", "asc", "x", 1], ["size", "asc", 2**40, 1],
        ["timestamp", "asc", "2026-01-01", 1], ["timestamp", "asc", "0001-01-01T00:00:00+14:00", 1], [], {}, None,
        ["offset", "asc", 1], ["offset", "asc", 1, 2, 3],
    ):  # fmt: skip
        cursor = base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")
        sort = parts[0] if isinstance(parts, list) and parts else "offset"
        found = api.refused(400, "GET", f"/runs/{run_id}/results?sort={sort}&cursor={cursor}")
        assert found["?cursor"].startswith("does not belong to this list"), parts
