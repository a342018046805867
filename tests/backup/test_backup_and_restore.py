"""A backup taken under load, and the way back: finished runs row by row, the others with an ending."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from athanor.db.migrate import upgrade
from embedded.stack import remove_outside
from stack import EXPERIMENTS, Stack, eventually, running_stack
from whole import Whole


def athanor(environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "athanor.cli", *arguments],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def rows(url: str, statement: str, *arguments: Any) -> list[tuple[Any, ...]]:
    async def read() -> list[tuple[Any, ...]]:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        try:
            return [tuple(row.values()) for row in await connection.fetch(statement, *arguments)]
        finally:
            await connection.close()

    return asyncio.run(read())


LEDGER = {
    "runs": "SELECT * FROM runs WHERE id = ANY ($1) ORDER BY id",
    "run_vitals": "SELECT * FROM run_vitals WHERE run_id = ANY ($1) ORDER BY run_id",
    **{
        stream: f'SELECT * FROM {stream} WHERE run_id = ANY ($1) ORDER BY run_id, "offset"'
        for stream in ("logs", "results", "metrics")
    },
    "instances": "SELECT id, name, description, experiment, config::text, tags, runs_made FROM instances ORDER BY id",
}


def ledger(url: str, run_ids: list[str]) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of these runs."""
    return {name: rows(url, statement, *([run_ids] if "$1" in statement else [])) for name, statement in LEDGER.items()}


@pytest.fixture
def empty(session_servers: Any) -> str:
    """The address of a database without tables."""
    return str(session_servers.fresh_database())


def test_under_load_wiped_and_restored(stack: Stack, empty: str, tmp_path: Path) -> None:
    finished = [stack.start("numbered", lines=500) for _ in range(2)]
    for run_id in finished:
        assert stack.until(run_id)["status"] == "completed"
    running = [stack.start("numbered", lines=1_000_000, pause_s=0.001) for _ in range(4)]
    for run_id in running:
        stack.until_lines(run_id, 200)
    pending = stack.start("numbered", lines=3)  # all four slots are taken
    file = tmp_path / "athanor.backup"
    made = athanor(stack.environment, "backup", str(file))
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith(f"{file}: ")
    assert file.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.glob("*backup*")] == ["athanor.backup"]
    wanted = ledger(stack.backend.database_url, finished)
    assert len(wanted["logs"]) >= 1000
    assert len(wanted["instances"]) == 7
    for run_id in running:
        stack.cancel(run_id, force=True)

    restored = athanor({**stack.environment, "ATHANOR_DATABASE_URL": empty}, "restore", str(file))
    assert restored.returncode == 0, restored.stderr
    assert restored.stdout.splitlines()[0] == "Restored 7 instances and 7 runs."
    assert restored.stdout.splitlines()[1].startswith("5 of the runs were not over")
    assert ledger(empty, finished) == wanted
    assert rows(empty, "SELECT * FROM workers") == []
    kept = rows(
        empty, 'SELECT run_id, count(*), max("offset") + 1 FROM logs WHERE run_id = ANY ($1) GROUP BY 1', running
    )
    assert len(kept) == 4
    assert all(count == end >= 200 for _, count, end in kept)

    (tmp_path / "restored").mkdir()
    with running_stack(_Backend(empty, stack.backend.redis_url), tmp_path / "restored") as later:
        for run_id in running:
            run = later.until(run_id)
            assert (run["status"], run["reason"]) == ("failed", "lost")
            lines = later.lines(run_id)
            assert sum(run["counts"]["logs"].values()) == len(lines)
            assert [line["offset"] for line in lines] == list(range(len(lines)))
        assert later.until(pending)["status"] == "completed"
        later.check_ledger(pending, lines=3)
        again = later.start("numbered", lines=5)
        assert later.until(again)["status"] == "completed"


class _Backend:
    def __init__(self, database_url: str, redis_url: str) -> None:
        self.database_url = database_url
        self.environment = {"ATHANOR_DATABASE_URL": database_url, "ATHANOR_REDIS_URL": redis_url}


def test_it_refuses_in_one_sentence_and_changes_nothing(stack: Stack, empty: str, tmp_path: Path) -> None:
    run_id = stack.start("numbered", lines=10)
    stack.until(run_id)
    file, other = tmp_path / "a.backup", tmp_path / "other"

    def refused(*arguments: str, **settings: str) -> str:
        done = athanor({**stack.environment, **settings}, *arguments)
        assert done.returncode == 1, done.stdout
        (sentence,) = done.stderr.splitlines()
        return sentence

    assert "holds no tables of Athanor" in refused("backup", str(file), ATHANOR_DATABASE_URL=empty)
    assert athanor(stack.environment, "backup", str(file)).returncode == 0
    assert "exists. Give another name" in refused("backup", str(file))
    assert "Cannot write" in refused("backup", str(tmp_path / "no" / "folder"))
    nowhere = "postgresql://x:s3cret@127.0.0.1:9/x"
    assert "The database does not answer" in refused("backup", str(other), ATHANOR_DATABASE_URL=nowhere)
    assert "s3cret" not in refused("restore", str(file), ATHANOR_DATABASE_URL=nowhere)

    before = ledger(stack.backend.database_url, [run_id])
    assert "Workers are alive (process " in refused("restore", str(file), "--replace")
    for worker in stack._processes[1:]:
        worker.terminate()
        worker.wait()
    assert "A server of Athanor is connected" in refused("restore", str(file), "--replace")
    assert stack.server is not None
    stack.server.terminate()
    stack.server.wait()
    assert "holds 1 instances and 1 runs. To give them up" in refused("restore", str(file))
    other.write_bytes(b"no backup")
    assert "pg_restore failed" in refused("restore", str(other), "--replace")
    assert f"There is no file {tmp_path}/none" in refused("restore", str(tmp_path / "none"))
    torn = tmp_path / "torn"
    torn.write_bytes(file.read_bytes()[:-2000])
    assert "failed: " in refused("restore", str(torn), "--replace")
    assert ledger(stack.backend.database_url, [run_id]) == before

    assert athanor(stack.environment, "restore", str(file), "--replace").returncode == 0
    assert ledger(stack.backend.database_url, [run_id]) == before


def test_what_is_not_ours_is_left_alone(session_servers: Any, empty: str, tmp_path: Path) -> None:
    execute(empty, "CREATE TABLE theirs (a int)")
    url = session_servers.fresh_database()
    upgrade(url)
    environment = {**os.environ, "ATHANOR_DATABASE_URL": url, "ATHANOR_DATA_DIR": str(tmp_path)}
    file = tmp_path / "ours"
    assert athanor(environment, "backup", str(file)).returncode == 0
    refused = athanor({**environment, "ATHANOR_DATABASE_URL": empty}, "restore", str(file))
    assert "holds tables that are not Athanor's (theirs)" in refused.stderr
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    assert athanor(environment, "backup", str(tmp_path / "newer")).returncode == 0
    refused = athanor(environment, "restore", str(tmp_path / "newer"), "--replace")
    assert "was made by a newer Athanor (its tables are at 9999)" in refused.stderr


def execute(url: str, statement: str) -> None:
    async def run() -> None:
        connection = await asyncpg.connect(url.replace("+asyncpg", ""))
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """What data folders in it made elsewhere is removed at the end."""
    yield tmp_path
    for made in (tmp_path / "data", tmp_path / "another machine"):
        remove_outside(made)


def test_with_what_athanor_up_brings(folder: Path) -> None:
    tmp_path = folder
    whole = Whole(tmp_path, experiments=str(EXPERIMENTS))
    file = tmp_path / "file"
    try:
        whole.start()
        eventually(lambda: whole.get("/api/experiments")["items"], what="the catalogue")
        instance = whole.post("/api/instances", name="n", experiment="numbered", config={"lines": 20})
        run = whole.post(f"/api/instances/{instance['id']}/runs")
        eventually(lambda: whole.get(f"/api/runs/{run['id']}")["status"] == "completed", what="the run")
        lines = whole.get(f"/api/runs/{run['id']}/logs")["items"]
        made = athanor(whole.environment, "backup", str(file))
        assert made.returncode == 0, made.stderr
        refused = athanor(whole.environment, "restore", str(file), "--replace")
        assert "Workers are alive" in refused.stderr
        later = whole.post(f"/api/instances/{instance['id']}/runs")
    finally:
        whole.stop()
    elsewhere = {**whole.environment, "ATHANOR_DATA_DIR": str(folder / "another machine")}
    none = athanor(elsewhere, "backup", str(folder / "none"))
    assert "There is no database in the data folder" in none.stderr
    assert not (folder / "another machine").exists()
    for again in ([], ["--replace"]):
        done = athanor(elsewhere, "restore", str(file), *again)
        assert (done.returncode, done.stdout) == (0, "Restored 1 instances and 1 runs.\n"), done.stderr
    assert "holds 1 instances and 1 runs" in athanor(elsewhere, "restore", str(file)).stderr

    done = athanor(whole.environment, "restore", str(file), "--replace")
    assert (done.returncode, done.stdout) == (0, "Restored 1 instances and 1 runs.\n"), done.stderr
    again = Whole(tmp_path, experiments=str(EXPERIMENTS))
    try:
        again.start()
        assert again.get(f"/api/runs/{run['id']}/logs")["items"] == lines
        assert again.http.get(f"/api/runs/{later['id']}").status_code == 404
    finally:
        again.stop()


def test_a_restore_that_is_killed_changes_nothing(session_servers: Any, tmp_path: Path) -> None:
    url = session_servers.fresh_database()
    upgrade(url)
    execute(
        url,
        "INSERT INTO logs SELECT gen_random_uuid(), number, now(), 1, repeat('x', 200), NULL "
        "FROM generate_series(1, 300000) AS number",
    )
    environment = {**os.environ, "ATHANOR_DATABASE_URL": url, "ATHANOR_DATA_DIR": str(tmp_path)}
    assert athanor(environment, "backup", str(tmp_path / "file")).returncode == 0
    execute(url, 'DELETE FROM logs WHERE "offset" > 10')
    kept = rows(url, 'SELECT * FROM logs ORDER BY "offset"')
    sessions = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1"
    copying = f"{sessions} AND query LIKE 'COPY public.logs%'"
    ours = "athanor backup"
    restoring = subprocess.Popen(
        [sys.executable, "-m", "athanor.cli", "restore", str(tmp_path / "file"), "--replace"], env=environment
    )
    eventually(lambda: rows(url, copying, ours), what="the restore's COPY")
    restoring.kill()
    restoring.wait()
    eventually(lambda: not rows(url, sessions, ours), what="the end of what it started")
    assert rows(url, 'SELECT * FROM logs ORDER BY "offset"') == kept
    assert athanor(environment, "restore", str(tmp_path / "file"), "--replace").returncode == 0
    assert rows(url, "SELECT count(*) FROM logs") == [(300_000,)]
