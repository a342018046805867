"""What a page asks for when it opens: runs among many, a window of a long log."""

import random
import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx

from athanor.db.base import new_id
from bench.experiments.measured import MESSAGE
from bench.figures import Figure, number, percentile
from bench.site import Site

RUNS = 10_000
LINES = 1_000_000
REQUESTS = 100
PAGE = 100
GOAL_MS = 10.0


def measure(site: Site) -> list[Figure]:
    instance = site.stack.instance("trivial")
    run_id = _many_runs(site, UUID(instance))
    _many_lines(site, run_id)
    dice = random.Random(1)
    with httpx.Client(base_url=site.stack.url, trust_env=False, timeout=20) as http:
        runs = [_ask(http, "/api/runs", {"limit": PAGE}, PAGE) for _ in range(REQUESTS)]
        windows = [
            _ask(http, f"/api/runs/{run_id}/logs", {"after": dice.randrange(LINES - PAGE), "limit": PAGE}, PAGE)
            for _ in range(REQUESTS)
        ]
    return [
        Figure(
            what=f"First page ({PAGE}) of {RUNS:,} runs over REST, p50",
            value=percentile(runs, 0.5),
            unit="ms",
            goal=GOAL_MS,
            note=f"p90 {number(percentile(runs, 0.9))} ms",
            limit="counting the total, and building and encoding the page",
        ),
        Figure(
            what=f"A window of {PAGE} lines anywhere in {LINES:,}, over REST, p50",
            value=percentile(windows, 0.5),
            unit="ms",
            goal=GOAL_MS,
            note=f"p90 {number(percentile(windows, 0.9))} ms",
            limit="three short queries and the HTTP round trip; the offset is the key, so depth costs nothing",
        ),
    ]


def _ask(http: httpx.Client, path: str, parameters: dict[str, int], items: int) -> float:
    started = time.perf_counter()
    answer = http.get(path, params=parameters)
    took_ms = (time.perf_counter() - started) * 1000
    assert len(answer.json()["items"]) == items, answer.text
    return took_ms


def _many_runs(site: Site, instance: UUID) -> UUID:
    """Completed runs beside those that are there; the id of one of them."""
    ids = [new_id() for _ in range(RUNS)]
    now = datetime.now(UTC)

    async def fill(connection: Any) -> None:
        columns = (
            *("id", "number", "instance_id", "experiment", "queue", "status", "reason", "config", "config_schema"),
            *("seed", "created_at", "started_at", "completed_at", "attempt"),
        )
        records = [
            (run, at, instance, "trivial", "default", "completed", "ok", "{}", "{}", 1, then, then, then, 1)
            for at, run in enumerate(ids, 1_000)
            if (then := now + timedelta(milliseconds=at))
        ]
        await connection.copy_records_to_table("runs", records=records, columns=columns)
        await connection.copy_records_to_table(
            "run_vitals", records=[(run, LINES) for run in ids], columns=("run_id", "logs_info")
        )
        await connection.execute("ANALYZE runs")
        await connection.execute("ANALYZE run_vitals")

    site.query(fill)
    return ids[0]


def _many_lines(site: Site, run_id: UUID) -> None:
    now = datetime.now(UTC)

    async def fill(connection: Any) -> None:
        columns = ("run_id", "offset", "timestamp", "level", "message", "metadata")
        for start in range(0, LINES, 50_000):
            records = [(run_id, at, now, at % 4, MESSAGE, None) for at in range(start, start + 50_000)]
            await connection.copy_records_to_table("logs", records=records, columns=columns)
        await connection.execute("ANALYZE logs")

    site.query(fill)
