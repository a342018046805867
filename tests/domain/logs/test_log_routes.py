"""Logs over a real server: pages by offset, filters, counts, and whole downloads in constant memory."""

import json
import os
from typing import Any
from uuid import UUID

import psutil
import pytest
from sqlalchemy import text

from athanor.db.session import Database
from athanor.wire.reports import LEVELS, Log
from domain_api import Api
from factories import make_run, make_running, write

WORDS = ("a plain line", "100% of_it", "back\\slash", "ÜBER alles", "Traceback (most recent call last)")


@pytest.fixture(scope="module")
def run_id(api: Api) -> UUID:
    """250 lines: the level and the words go round, every tenth line has metadata."""

    async def fill(database: Database) -> UUID:
        claimed, fence = await make_running(database)
        lines = [
            Log(at * 1000, LEVELS[at % 4], f"{at} {WORDS[at % 5]}", f'{{"at":{at}}}' if at % 10 == 0 else None)
            for at in range(250)
        ]
        await write(database, fence, lines)
        return claimed.run_id

    return api.work(fill)


def offsets(page: dict[str, Any]) -> list[int]:
    return [item["offset"] for item in page["items"]]


def test_without_a_cursor_the_newest_page_comes(api: Api, run_id: UUID) -> None:
    page = api.get(f"/runs/{run_id}/logs")
    assert offsets(page) == list(range(150, 250))
    assert {name: value for name, value in page.items() if name != "items"} == {
        "next_cursor": 249, "previous_cursor": 150, "total": None, "total_complete": None, "counted_to": None,
    }  # fmt: skip
    assert page["items"][-10] == {
        "offset": 240,
        "timestamp": "1970-01-01T00:00:00.240000Z",
        "level": "debug",
        "message": "240 a plain line",
        "metadata": {"at": 240},
        "attempt": 1,
    }


def test_pages_lead_both_ways_and_end(api: Api, run_id: UUID) -> None:
    path = f"/runs/{run_id}/logs"
    assert offsets(api.get(path, after=-1, limit=3)) == [0, 1, 2]
    assert offsets(api.get(path, after=2, limit=3)) == [3, 4, 5]
    assert offsets(api.get(path, before=3, limit=2)) == [1, 2]
    assert offsets(api.get(path, after=10, before=13)) == [11, 12]
    first = api.get(path, before=2)
    assert (offsets(first), first["previous_cursor"], first["next_cursor"]) == ([0, 1], None, 1)
    last = api.get(path, after=249)
    assert (offsets(last), last["next_cursor"], last["previous_cursor"]) == ([], 249, 250)
    nothing = api.get(path, q="nowhere")
    assert (offsets(nothing), nothing["next_cursor"], nothing["previous_cursor"]) == ([], -1, None)
    assert api.get(path, before=2, limit=3)["previous_cursor"] is None
    assert api.get(path, level="error", before=250, limit=63)["previous_cursor"] is None
    seen, cursor = [], -1
    while page := api.get(path, after=cursor, limit=60)["items"]:
        seen += [item["offset"] for item in page]
        cursor = seen[-1]
    assert seen == list(range(250))


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ({"level": "debug"}, lambda at: True),
        ({"level": "warn"}, lambda at: at % 4 >= 2),
        ({"level": "error"}, lambda at: at % 4 == 3),
        ({"q": "PLAIN"}, lambda at: at % 5 == 0),
        ({"q": "100%"}, lambda at: at % 5 == 1),
        ({"q": "of_it"}, lambda at: at % 5 == 1),
        ({"q": "k\\s"}, lambda at: at % 5 == 2),
        ({"q": "über"}, lambda at: at % 5 == 3),
        ({"q": ""}, lambda at: True),
        ({"regex": "^1?5 "}, lambda at: at in (5, 15)),
        ({"regex": "traceback \\("}, lambda at: at % 5 == 4),
        ({"regex": "plain", "level": "error", "q": "5"}, lambda at: at % 5 == 0 and at % 4 == 3 and "5" in str(at)),
    ],
)
def test_filters_leave_what_fits_and_counts_say_how_much(
    api: Api, run_id: UUID, query: dict[str, str], wanted: Any
) -> None:
    expected = [at for at in range(250) if wanted(at)]
    page = api.get(f"/runs/{run_id}/logs", **query, count="true", limit=1000)
    assert offsets(page) == expected
    assert (page["total"], page["total_complete"], page["counted_to"]) == (len(expected), True, 250)
    rest = api.get(f"/runs/{run_id}/logs", **query, count="true", count_after=99, limit=1)
    assert (rest["total"], rest["counted_to"]) == (sum(at > 99 for at in expected), 250)
    assert offsets(rest) == expected[-1:]
    assert offsets(api.get(f"/runs/{run_id}/logs", **query, after=-1, limit=2)) == expected[:2]
    assert offsets(api.get(f"/runs/{run_id}/logs", **query, limit=2)) == expected[-2:]


@pytest.mark.parametrize(
    ("query", "path", "says"),
    [
        ("limit=0", "?limit", "must be at least 1"),
        ("limit=1001", "?limit", "must be at most 1000"),
        ("after=-2", "?after", "must be at least -1"),
        ("after=x", "?after", "must be a whole number"),
        ("after=99999999999999999999", "?after", "must be at most 4611686018427387904"),
        ("before=4611686018427387905", "?before", "must be at most 4611686018427387904"),
        ("after=null", "?after", "must be a whole number"),
        ("level=loud", "?level", "must be one of debug, info, warn, error"),
        ("q=%00", "?q", "must not contain the NUL character"),
        ("regex=%00", "?regex", "must not contain the NUL character"),
        ("regex=(", "?regex", "is not a regular expression: parentheses () not balanced"),
        ("regex=*", "?regex", "is not a regular expression: quantifier operand invalid"),
        ("regex=[z-a]", "?regex", "is not a regular expression: invalid character range"),
        ("count=maybe", "?count", "must be true or false"),
        ("count=true&count_after=-2", "?count_after", "must be at least -1"),
        (f"q={'x' * 1001}", "?q", "must be at most 1000 characters long"),
    ],
)
def test_what_cannot_be_used_is_named(api: Api, run_id: UUID, query: str, path: str, says: str) -> None:
    assert api.refused(400, "GET", f"/runs/{run_id}/logs?{query}")[path] == says


def test_a_run_without_lines_and_one_that_is_not_there(api: Api) -> None:
    empty = api.work(make_run).id
    page = api.get(f"/runs/{empty}/logs", count="true")
    assert page == {
        "items": [], "next_cursor": -1, "previous_cursor": None, "total": 0, "total_complete": True, "counted_to": 0,
    }  # fmt: skip
    assert api.client.get(f"/api/runs/{empty}/logs/download").content == b""
    nobody = "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"
    assert api.refused(404, "GET", f"/runs/{nobody}/logs")["detail"] == f"There is no run {nobody}."
    api.refused(404, "GET", f"/runs/{nobody}/logs/download")


def test_a_count_that_ran_out_of_time_goes_on_where_it_stopped(
    api: Api, run_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("athanor.domain.logs.service.COUNT_CHUNK", 40)
    monkeypatch.setattr("athanor.domain.logs.service.COUNT_TIMEOUT_S", -1.0)
    stuck = api.get(f"/runs/{run_id}/logs", q="plain", count="true")
    assert (stuck["total"], stuck["total_complete"], stuck["counted_to"]) == (0, False, 0)
    monkeypatch.setattr("athanor.domain.logs.service.COUNT_TIMEOUT_S", 2.0)
    first = api.get(f"/runs/{run_id}/logs", q="plain", count="true", count_after=stuck["counted_to"] - 1)
    assert (first["total"], first["total_complete"], first["counted_to"]) == (50, True, 250)
    more = api.get(f"/runs/{run_id}/logs", q="plain", count="true", count_after=first["counted_to"] - 1)
    assert (more["total"], more["total_complete"], more["counted_to"]) == (0, True, 250)


def test_downloads_hold_every_line(api: Api, run_id: UUID) -> None:
    answer = api.client.get(f"/api/runs/{run_id}/logs/download")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["content-disposition"] == f'attachment; filename="run-1-{run_id}.txt"'
    lines = answer.text.splitlines()
    assert len(lines) == 250
    assert lines[0] == '1970-01-01T00:00:00.000000Z #1 DEBUG 0 a plain line {"at":0}'
    assert lines[3] == "1970-01-01T00:00:00.003000Z #1 ERROR 3 ÜBER alles"
    answer = api.client.get(f"/api/runs/{run_id}/logs/download?format=jsonl")
    assert answer.headers["content-type"] == "application/jsonl; charset=utf-8"
    found = [json.loads(line) for line in answer.text.splitlines()]
    assert found == api.get(f"/runs/{run_id}/logs", limit=1000)["items"]
    refused = api.refused(400, "GET", f"/runs/{run_id}/logs/download?format=pdf")
    assert refused["?format"] == "must be one of txt, jsonl"


def test_a_long_download_needs_little_memory(api: Api) -> None:
    lines, width = 200_000, 400

    async def fill(database: Database) -> UUID:
        claimed, _ = await make_running(database)
        async with database.unit() as unit:
            insert = f"""
                INSERT INTO logs (run_id, "offset", timestamp, level, message)
                SELECT :id, place, clock_timestamp(), 1, repeat('x', {width})
                FROM generate_series(0, {lines - 1}) AS place
            """
            await unit.session.execute(text(insert), {"id": claimed.run_id})
            counted = text("UPDATE run_vitals SET logs_info = :lines WHERE run_id = :id")
            await unit.session.execute(counted, {"id": claimed.run_id, "lines": lines})
        return claimed.run_id

    run_id = api.work(fill)
    process = psutil.Process(os.getpid())
    api.client.get(f"/api/runs/{run_id}/logs?limit=1000")
    before = highest = process.memory_info().rss
    found = size = 0
    with api.client.stream("GET", f"/api/runs/{run_id}/logs/download") as answer:
        for chunk in answer.iter_raw():
            found += chunk.count(b"\n")
            size += len(chunk)
            highest = max(highest, process.memory_info().rss)
    assert found == lines
    assert size > lines * width
    assert highest - before < 32 * 1024 * 1024 < size / 2
