"""How fast one run's lines reach the ledger, beside PostgreSQL's own COPY of the same rows."""

import asyncio
import time
from datetime import UTC, datetime
from typing import Any

from athanor.db.base import new_id
from bench.experiments.measured import MESSAGE
from bench.figures import Figure, number, percentile
from bench.site import Site

ROUNDS = 3
LINES = 200_000
COPY_ROWS = 5_000
GOAL = 60_000.0
SHARE = 0.25
METADATA = '{"step":123456,"loss":0.25}'


def measure(site: Site) -> list[Figure]:
    """Rounds alternate, so that a slow moment of the machine meets all three."""
    raw, plain, rich = [], [], []
    for _ in range(ROUNDS):
        raw.append(_raw_copy(site))
        plain.append(_one_run(site, metadata=False))
        rich.append(_one_run(site, metadata=True))
    copy, lines, with_metadata = (percentile(values, 0.5) for values in (raw, plain, rich))
    return [
        Figure(
            what="Raw COPY into the log table (one connection, 5,000 rows a transaction, lines of 80 characters)",
            value=copy,
            unit="rows/s",
            better="higher",
            note=f"{_spread(raw)}",
            limit="one PostgreSQL backend, and the client's encoding of rows",
        ),
        Figure(
            what="One run, from its first `run.info` to the commit of its last",
            value=lines,
            unit="lines/s",
            goal=max(GOAL, SHARE * copy),
            better="higher",
            note=f"{lines / copy:.0%} of raw COPY; {_spread(plain)}; goal: 60,000 and a quarter of raw COPY",
            limit="three processes on two cores: the experiment's, the worker (one thread: decode, rows, COPY), "
            "PostgreSQL's backend",
        ),
        Figure(
            what="The same, each line with two values of metadata",
            value=with_metadata,
            unit="lines/s",
            better="higher",
            note=f"{with_metadata / copy:.0%} of raw COPY without metadata; {_spread(rich)}",
            limit="as above, and JSON of the metadata in the experiment's process",
        ),
    ]


def _spread(values: list[float]) -> str:
    return f"{len(values)} rounds, {number(min(values))} to {number(max(values))}"


def _raw_copy(site: Site) -> float:
    run_id = new_id()
    now = datetime.now(UTC)
    rows = [(run_id, offset, now, 1, MESSAGE, None) for offset in range(LINES)]

    async def copy(connection: Any) -> float:
        columns = ("run_id", "offset", "timestamp", "level", "message", "metadata")
        started = time.perf_counter()
        for start in range(0, LINES, COPY_ROWS):
            async with connection.transaction():
                await connection.copy_records_to_table("logs", records=rows[start : start + COPY_ROWS], columns=columns)
        return time.perf_counter() - started

    return LINES / float(site.query(copy))


def _one_run(site: Site, *, metadata: bool) -> float:
    run_id = site.stack.start("flood", lines=LINES, metadata=metadata)

    async def committed(connection: Any) -> float:
        while True:
            count = await connection.fetchval("SELECT logs_info FROM run_vitals WHERE run_id = $1", run_id)
            if count >= LINES:
                break
            await asyncio.sleep(0.003)
        done = time.time()
        first = await connection.fetchval('SELECT timestamp FROM logs WHERE run_id = $1 AND "offset" = 0', run_id)
        return done - first.timestamp()

    seconds = float(site.query(committed))
    site.finished(run_id)
    return LINES / seconds
