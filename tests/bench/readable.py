"""How soon a burst of 10,000 lines can be read over REST."""

import time
from datetime import datetime

import httpx

from bench.figures import Figure, number, percentile
from bench.site import Site

LINES = 10_000
ROUNDS = 7
GOAL_S = 0.3


def measure(site: Site) -> list[Figure]:
    took = [_once(site) for _ in range(ROUNDS)]
    return [
        Figure(
            what=f"{LINES:,} lines from the first `run.info` to the last line readable over REST (p50)",
            value=percentile(took, 0.5),
            unit="s",
            goal=GOAL_S,
            note=f"{ROUNDS} rounds, {number(min(took))} to {number(max(took))} s",
            limit="as lines per second, and the last group commit",
        )
    ]


def _once(site: Site) -> float:
    run_id = site.stack.start("flood", lines=LINES)
    path = f"/api/runs/{run_id}/logs"
    with httpx.Client(base_url=site.stack.url, trust_env=False, timeout=20) as http:
        while not http.get(path, params={"after": LINES - 2, "limit": 1}).json()["items"]:
            time.sleep(0.005)
        now = time.time()
        first = http.get(path, params={"after": -1, "limit": 1}).json()["items"][0]["timestamp"]
    site.finished(run_id)
    return now - datetime.fromisoformat(first).timestamp()
