"""Runs that do next to nothing: how soon one speaks, and how many fit into a minute."""

import asyncio
import json
import time
from datetime import datetime

import httpx
from websockets.asyncio.client import connect

from bench.figures import Figure, number, percentile
from bench.site import Site, together

FIRST_LINES = 30
RUNS = 60
ROUNDS = 3
PATIENCE_S = 120.0


def measure(site: Site) -> list[Figure]:
    return [*_first_line(site), _runs_per_minute(site)]


def _first_line(site: Site) -> list[Figure]:
    instance = site.stack.instance("trivial")

    async def once(http: httpx.AsyncClient) -> float:
        async with connect(site.stack.stream_url) as socket:
            started = time.perf_counter()
            run = (await http.post(f"/api/instances/{instance}/runs")).json()
            await socket.send(json.dumps({"op": "subscribe", "topic": f"run:{run['id']}:logs", "after": -1}))
            first = None
            async for text in socket:
                kind = json.loads(text)["type"]
                if kind == "batch" and first is None:
                    first = time.perf_counter() - started
                if kind == "end":
                    break
            assert first is not None
            return first * 1000

    async def all_of_them() -> list[float]:
        async with httpx.AsyncClient(base_url=site.stack.url, timeout=20, trust_env=False) as http:
            return [await once(http) for _ in range(FIRST_LINES)]

    waits = together(all_of_them())
    note = f"{FIRST_LINES} runs, one after the other; slowest {number(max(waits))} ms"
    limit = "two interpreters start (guard process and child) and import msgspec, the SDK and the experiment"
    return [
        Figure(
            what=f"POST of a run to its first line at a subscriber, {name}",
            value=percentile(waits, share),
            unit="ms",
            goal=goal,
            note=note,
            limit=limit,
        )
        for name, share, goal in (("p50", 0.5, 200.0), ("p90", 0.9, 400.0))
    ]


def _runs_per_minute(site: Site) -> Figure:
    rates = [60 * RUNS / _rush(site) for _ in range(ROUNDS)]
    return Figure(
        what="Trivial runs per minute on 4 slots (p50)",
        value=percentile(rates, 0.5),
        unit="runs/min",
        goal=600.0,
        better="higher",
        note=f"{ROUNDS} rounds of {RUNS} runs, from the first POST to the last ending; {number(min(rates))} to "
        f"{number(max(rates))}",
        limit="CPU: two interpreter starts a run, on two cores that also carry the servers",
    )


def _rush(site: Site) -> float:
    """Seconds from the first POST to the last ending."""
    instance = site.stack.instance("trivial")

    async def rush() -> float:
        async with httpx.AsyncClient(base_url=site.stack.url, timeout=60, trust_env=False) as http:
            started = time.time()
            for _ in range(RUNS):
                (await http.post(f"/api/instances/{instance}/runs")).raise_for_status()
            while await total(http, "completed") < RUNS:
                if await total(http, "failed") or time.time() - started > PATIENCE_S:
                    raise RuntimeError(f"after {time.time() - started:.0f} s not all runs are completed")
                await asyncio.sleep(0.25)  # who asks more often takes the time from the runs
            query = {"instance_id": instance, "sort": "completed_at", "limit": 1}
            last = (await http.get("/api/runs", params=query)).json()["items"][0]
            return datetime.fromisoformat(last["completed_at"]).timestamp() - started

    async def total(http: httpx.AsyncClient, status: str) -> int:
        query = {"instance_id": instance, "status": status, "limit": 1}
        return int((await http.get("/api/runs", params=query)).json()["total"])

    return together(rush())
