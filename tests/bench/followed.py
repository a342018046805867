"""A run of steady lines, followed by many clients: who got what, and how long after the call."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
from msgspec import Struct

from bench.site import Site

SUBSCRIBERS = Path(__file__).with_name("subscribers.py")


class Followed(Struct, frozen=True, kw_only=True):
    """Latencies in milliseconds: from the call (the child's clock) to the arrival (the client's), the same machine."""

    lines: int
    delivered: int
    """Lines received by all clients together, each counted once and only in order."""
    p50_ms: float
    p99_ms: float
    max_ms: float


def follow(
    site: Site,
    *,
    lines_per_second: float,
    seconds: float,
    clients: int = 1,
    wait_s: float = 1.0,
    meanwhile: Callable[[], None] = lambda: None,
) -> Followed:
    """`wait_s`: how long the run waits for its followers before the first line. `meanwhile` is called as it writes."""
    run_id = site.stack.start("steady", lines_per_second=lines_per_second, seconds=seconds, wait_s=wait_s)
    process = subprocess.Popen(
        [
            sys.executable,
            str(SUBSCRIBERS),
            str(site.stack.port),
            f"run:{run_id}:logs",
            str(clients),
            str(seconds + wait_s + 30),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        meanwhile()
        output = process.stdout.read()
    if process.returncode != 0 or ready != "ready\n":
        raise RuntimeError(f"the subscribers ended with {process.returncode}")
    answer = json.loads(output)
    if answer["failed"] or answer["unfinished"]:
        raise RuntimeError(f"{len(answer['failed'])} subscribers failed, {answer['unfinished']} saw no end")
    site.finished(run_id)
    return _evaluate(answer["frames"], _called_at(site, run_id))


def _called_at(site: Site, run_id: str) -> Any:
    """When each line was written, in microseconds since the epoch."""

    async def read(connection: Any) -> list[int]:
        rows = await connection.fetch(
            'SELECT (extract(epoch FROM timestamp) * 1000000)::bigint FROM logs WHERE run_id = $1 ORDER BY "offset"',
            UUID(run_id),
        )
        return [row[0] for row in rows]

    return np.array(site.query(read), dtype=np.int64)


def _evaluate(followers: list[list[tuple[int, int, int]]], called_at: Any) -> Followed:
    delivered = 0
    latencies = []
    for frames in followers:
        next_offset = 0
        for start, count, arrived in frames:
            if start == next_offset:
                next_offset += count
                delivered += count
            latencies.append(arrived - called_at[start : start + count])
    all_of_them = np.concatenate(latencies) / 1000
    p50, p99 = np.percentile(all_of_them, [50, 99])
    return Followed(
        lines=len(called_at),
        delivered=delivered,
        p50_ms=float(p50),
        p99_ms=float(p99),
        max_ms=float(all_of_them.max()),
    )
