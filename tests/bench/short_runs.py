"""Runs that do next to nothing: how soon one speaks, and how many fit into a minute."""

import asyncio
import json
import time

import httpx
from websockets.asyncio.client import connect

from bench.figures import Figure, number, percentile
from bench.site import Site, together

FIRST_LINES = 30
RUNS = 100
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
    instance = site.stack.instance("trivial")

    async def rush() -> float:
        async with httpx.AsyncClient(base_url=site.stack.url, timeout=60, trust_env=False) as http:
            started = time.perf_counter()
            for _ in range(RUNS):
                (await http.post(f"/api/instances/{instance}/runs")).raise_for_status()
            while True:
                over = [await total(http, status) for status in ("completed", "failed")]
                seconds = time.perf_counter() - started
                if over[0] == RUNS:
                    return seconds
                if over[1] or seconds > PATIENCE_S:
                    raise RuntimeError(f"after {seconds:.0f} s: {over[0]} runs completed, {over[1]} failed")
                await asyncio.sleep(0.05)

    async def total(http: httpx.AsyncClient, status: str) -> int:
        query = {"instance_id": instance, "status": status, "limit": 1}
        return int((await http.get("/api/runs", params=query)).json()["total"])

    seconds = together(rush())
    return Figure(
        what="Trivial runs per minute on 4 slots",
        value=60 * RUNS / seconds,
        unit="runs/min",
        goal=600.0,
        better="higher",
        note=f"{RUNS} runs, from the first POST to the last ending: {number(seconds)} s",
        limit="CPU: two interpreter starts a run, on two cores that also carry the servers",
    )
