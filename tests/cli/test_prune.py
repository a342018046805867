"""`athanor prune`: says first, removes what it said, and nothing else."""

import asyncio
import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import websockets
from sqlalchemy import text

from athanor.db.session import Database
from athanor.domain.runs.transitions import finish
from athanor.wire.reports import Log, Metric
from conftest import Backend
from factories import Fence, make_instance, make_run, open_database, take, write
from stack import Stack, eventually

AGE = text("UPDATE runs SET completed_at = completed_at - CAST(:age AS interval) WHERE id = :id")
TAG = text("UPDATE instances SET tags = ARRAY['keep', 'other'] WHERE id = :id")
LINES = [Log(at_us=1, level="info", message="m", metadata=None)] * 3 + [Metric(at_us=1, name="n", step=1, value=1.0)]


def prune(backend: Any, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "athanor.cli", "prune", *arguments],
        env={**os.environ, **backend.environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


async def ended(database: Database, instance_id: UUID, reason: str, days: int) -> UUID:
    """A run that wrote three lines and a point and ended so many days ago."""
    run = await make_run(database, instance_id)
    claimed = await take(database, run.id)
    assert claimed is not None
    async with database.unit() as unit:
        found = await unit.session.execute(text("SELECT worker_id FROM runs WHERE id = :id"), {"id": run.id})
        worker_id = found.scalar_one()
    await write(database, Fence(run_id=run.id, worker_id=worker_id, attempt=1, lease_s=60), LINES)
    async with database.unit() as unit:
        await finish(
            unit.session,
            run_id=run.id,
            worker_id=worker_id,
            attempt=1,
            reason=reason,  # type: ignore[arg-type]
            error=None,
            traceback=None,
            forced=False,
        )
        await unit.session.execute(AGE, {"age": timedelta(days=days), "id": run.id})
    return run.id


class Lab:
    """Two instances, one of them tagged `keep`, each with runs of several ages and ends, and one that is not over."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        asyncio.run(self._fill())

    async def _fill(self) -> None:
        async with open_database(self.backend) as (database, _):
            self.plain = await make_instance(database, name="plain")
            self.kept = await make_instance(database, name="kept")
            async with database.unit() as unit:
                await unit.session.execute(TAG, {"id": self.kept})
            self.old = [await ended(database, self.plain, "ok", 100), await ended(database, self.plain, "error", 95)]
            self.young = await ended(database, self.plain, "ok", 10)
            self.tagged = await ended(database, self.kept, "ok", 100)
            self.pending = (await make_run(database, self.plain)).id

    def runs(self) -> set[UUID]:
        return set(self.ask("SELECT id FROM runs"))

    def ask(self, statement: str) -> list[Any]:
        async def read() -> list[Any]:
            async with open_database(self.backend) as (database, _), database.read() as session:
                return list((await session.execute(text(statement))).scalars())

        return asyncio.run(read())


@pytest.fixture
def lab(backend: Backend) -> Lab:
    return Lab(backend)


def test_it_says_first_and_removes_nothing(lab: Lab) -> None:
    before = lab.runs()
    said = prune(lab.backend, "--older-than", "90d", "--keep-tag", "keep")
    assert said.returncode == 0, said.stderr
    first, second, third = said.stdout.splitlines()
    assert first == "Would remove 2 runs of 1 instance, with 6 log lines, 0 results and 2 metric points."
    assert second.startswith("The oldest ended 20")
    assert third == "Nothing was removed; --yes does it. `athanor backup` first keeps a copy."
    assert lab.runs() == before


def test_it_removes_what_it_said(lab: Lab) -> None:
    done = prune(lab.backend, "--older-than", "90d", "--keep-tag", "nothing", "--keep-tag", "keep", "--yes")
    assert done.stdout.splitlines()[-1] == "Removed 2 runs.", done.stderr
    left = {lab.young, lab.tagged, lab.pending}
    assert lab.runs() == left
    for stream in ("logs", "metrics"):
        assert set(lab.ask(f"SELECT DISTINCT run_id FROM {stream}")) == left - {lab.pending}
    assert set(lab.ask("SELECT run_id FROM run_vitals")) == left
    assert lab.ask("SELECT run_id FROM discarded_runs") == []
    assert len(lab.ask("SELECT id FROM instances")) == 2


@pytest.mark.parametrize(
    ("options", "gone"),
    [
        (["--older-than", "90d"], {"old", "tagged"}),
        (["--older-than", "90d", "--status", "failed"], {"failed"}),
        (["--older-than", "90d", "--status", "failed", "--status", "cancelled"], {"failed"}),
        (["--older-than", "97d"], {"completed", "tagged"}),
        (["--older-than", "1000d"], set()),
        (["--older-than", "1ms"], {"old", "tagged", "young"}),
    ],
)
def test_rules(lab: Lab, options: list[str], gone: set[str]) -> None:
    named = {
        "old": set(lab.old),
        "completed": {lab.old[0]},
        "failed": {lab.old[1]},
        "tagged": {lab.tagged},
        "young": {lab.young},
    }
    before = lab.runs()
    assert prune(lab.backend, *options, "--yes").returncode == 0
    assert before - lab.runs() == set().union(*(named[name] for name in gone))
    assert lab.pending in lab.runs()


@pytest.mark.parametrize("age", ["90", "soon", "-1d", "0d", ""])
def test_an_age_has_a_unit(backend: Backend, age: str) -> None:
    refused = prune(backend, "--older-than", age)
    assert refused.returncode == 2
    assert "is no age; write it like 90d" in refused.stderr


def test_more_than_one_chunk_and_open_pages_follow(stack: Stack) -> None:
    run_id = stack.start("numbered", lines=5)
    stack.until(run_id)
    instance_id = stack.run(run_id)["instance_id"]

    async def copy() -> None:
        async with open_database(stack.backend) as (database, _), database.unit() as unit:
            connection = await unit.session.connection()
            await connection.exec_driver_sql("CREATE TEMP TABLE r AS SELECT * FROM runs")
            await connection.exec_driver_sql("CREATE TEMP TABLE v AS SELECT * FROM run_vitals")
            for number in range(2, 252):
                await connection.exec_driver_sql(f"UPDATE r SET id = gen_random_uuid(), number = {number}")
                await connection.exec_driver_sql("UPDATE v SET run_id = (SELECT id FROM r)")
                await connection.exec_driver_sql("INSERT INTO runs SELECT * FROM r")
                await connection.exec_driver_sql("INSERT INTO run_vitals SELECT * FROM v")

    asyncio.run(copy())

    async def watch() -> tuple[str, list[dict[str, Any]]]:
        events: list[dict[str, Any]] = []
        async with websockets.connect(stack.stream_url, proxy=None) as socket:
            await socket.send(json.dumps({"op": "subscribe", "topic": f"instance:{instance_id}"}))
            await socket.recv()
            done = await asyncio.to_thread(prune, stack, "--older-than", "1ms", "--yes")
            async with asyncio.timeout(60):
                while not events or events[-1].get("data", {}).get("run_counts", {}).get("total") != 0:
                    events.append(json.loads(await socket.recv()))
        return done.stdout, events

    said, events = asyncio.run(watch())
    assert said.splitlines()[-1] == "Removed 251 runs."
    deleted = [event["data"]["id"] for event in events if event.get("event") == "run.deleted"]
    assert len(deleted) == len(set(deleted)) == 251
    assert run_id in deleted
    instance = stack.http.get(f"/api/instances/{instance_id}").json()
    assert (instance["run_counts"]["total"], instance["last_run"], instance["recent_runs"]) == (0, None, [])
    eventually(lambda: stack.http.get(f"/api/runs/{run_id}").status_code == 404, what="the run's end")
