"""/api/health and its sentences, asked of real servers with real things wrong with them."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
import redis

from api_serving import serving
from athanor.checks import disk
from athanor.checks.places import postgres_place, redis_place
from athanor.checks.postgres import examine_postgres
from athanor.checks.redis import examine_redis
from athanor.server.health import NO_WORKER
from athanor.server.main import composed
from conftest import Backend
from factories import make_run, open_database
from servers import Servers


def problems(backend: Any) -> list[str]:
    with serving(composed, database_url=backend.database_url, redis_url=backend.redis_url) as running:
        answer = running.client.get("/api/health")
        assert answer.status_code == 200, answer.text
        assert answer.json()["status"] == ("degraded" if answer.json()["problems"] else "ok")
        return list(answer.json()["problems"])


def make_pending(backend: Backend) -> None:
    async def make() -> None:
        async with open_database(backend) as (database, _):
            await make_run(database)

    asyncio.run(make())


REGISTER = """
    INSERT INTO workers (id, host, machine, pid, process_started, queues, slots, experiments, expires_at)
    VALUES (gen_random_uuid(), 'h', 'h', 1, 1, '{{{queue}}}', 1, '{{{experiment}}}', now() + interval '1 minute')
"""


def execute(backend: Backend, statement: str) -> None:
    async def run() -> None:
        async with open_database(backend) as (database, _), database.unit() as unit:
            connection = await unit.session.connection()
            await connection.exec_driver_sql(statement)

    asyncio.run(run())


def test_a_queue_that_nobody_serves(backend: Backend) -> None:
    make_pending(backend)
    place = "1 run of coin_flip waits in the queue default"
    assert problems(backend) == [
        f"{place}, which no worker serves. Start one with ATHANOR_QUEUES=default.",
        NO_WORKER,
    ]
    execute(backend, REGISTER.format(queue="default", experiment="dice"))
    assert problems(backend) == [
        f"{place}, and no worker there offers that experiment. Start one whose ATHANOR_EXPERIMENTS has it, or cancel "
        "the runs."
    ]
    execute(backend, REGISTER.format(queue="default", experiment="coin_flip"))
    assert problems(backend) == []


def test_a_database_that_takes_no_writes(backend: Backend) -> None:
    execute(backend, REGISTER.format(queue="default", experiment="coin_flip"))
    name = backend.database_url.partition("@/")[2].partition("?")[0]
    backend.servers.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    (problem,) = problems(backend)
    assert problem.startswith(f"PostgreSQL ({postgres_place(backend.database_url)}) takes no writes: it is read-only")


def test_a_database_that_may_write_no_file(backend: Backend) -> None:
    """The probe reaches the disk: a limit on temporary files, smaller than what it writes, stops it."""
    execute(backend, REGISTER.format(queue="default", experiment="coin_flip"))
    name = backend.database_url.partition("@/")[2].partition("?")[0]
    backend.servers.execute(f"ALTER DATABASE \"{name}\" SET temp_file_limit = '64kB'")
    (problem,) = problems(backend)
    assert "cannot write: temporary file size exceeds" in problem
    assert "(SQLSTATE 53400)" in problem


def test_the_probe_leaves_nothing_in_the_database(backend: Backend) -> None:
    async def size() -> int:
        async with open_database(backend) as (database, _), database.read() as session:
            found = await (await session.connection()).exec_driver_sql(
                "SELECT sum(pg_relation_size(oid)) FROM pg_class"
            )
            return int(found.scalar_one())

    async def probe() -> None:
        for _ in range(20):
            await examine_postgres(backend.database_url)

    before = asyncio.run(size())
    asyncio.run(probe())
    assert asyncio.run(size()) == before


def test_tables_of_another_version(backend: Backend) -> None:
    execute(backend, REGISTER.format(queue="default", experiment="coin_flip"))
    execute(backend, "UPDATE alembic_version SET version_num = '0001'")
    with serving(composed, database_url=backend.database_url, redis_url=backend.redis_url) as running:
        (problem,) = running.client.get("/api/health").json()["problems"]
    assert f"The tables of PostgreSQL ({postgres_place(backend.database_url)}) are at 0001, and this version" in problem
    assert "Run `athanor migrate`" in problem


def test_a_database_without_tables(session_servers: Servers) -> None:
    found = asyncio.run(examine_postgres(session_servers.fresh_database()))
    assert (found.schema, found.migrated, len(found.problems)) == (None, False, 1)
    assert " are missing, and this version needs " in found.problems[0]
    assert found.version_number >= 180000
    assert abs(found.clock_ahead_s) < 1


@pytest.fixture
def broker(session_servers: Servers):
    with redis.Redis.from_url(session_servers.redis_url) as client:
        yield client
        client.config_set("maxmemory", 0)
        client.config_set("min-replicas-to-write", 0)


def test_a_redis_that_is_full(backend: Backend, broker: Any) -> None:
    execute(backend, REGISTER.format(queue="default", experiment="coin_flip"))
    broker.config_set("maxmemory", 1)
    (problem,) = problems(backend)
    assert problem.startswith(f"Redis ({redis_place(backend.redis_url)}) refuses writes: ")
    assert "Its memory is full: raise maxmemory" in problem


def test_a_redis_that_refuses_for_another_reason(backend: Backend, broker: Any) -> None:
    broker.config_set("min-replicas-to-write", 1)
    found = asyncio.run(examine_redis(backend.redis_url))
    (problem,) = found.problems
    assert "refuses writes: NOREPLICAS" in problem or "Not enough good replicas" in problem
    assert found.persistent is True


def test_a_disk_that_is_nearly_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gib = 1024**3
    for free, total, said in (
        (3 * gib, 1000 * gib, None),
        (1.5 * gib, 1000 * gib, f"The disk of {tmp_path} is nearly full: 1.5 GiB of 1000 GiB are free. "),
        (1.5 * gib, 10 * gib, None),
        (0.5 * gib, 10 * gib, f"The disk of {tmp_path} is nearly full: 512 MiB of 10.0 GiB are free. "),
    ):
        monkeypatch.setattr(disk.shutil, "disk_usage", lambda _, t=total, f=free: _Usage(t, f))
        (found,) = disk.full_disks(tmp_path) or [None]
        assert (found and found.partition("Free")[0]) == said


class _Usage:
    def __init__(self, total: float, free: float) -> None:
        self.total, self.free = total, free


def test_a_data_folder_that_is_not_there_is_no_problem(tmp_path: Path) -> None:
    assert disk.data_folders(tmp_path / "none") == []


def test_places_hold_no_secret() -> None:
    assert postgres_place("postgresql+asyncpg://u:secret@h:1/d") == "h:1, database d"
    assert (
        postgres_place("postgresql+asyncpg://postgres@/athanor?host=%2Frun%2Fa&port=5432") == "/run/a, database athanor"
    )
    assert redis_place("redis://:secret@h/0") == "h:6379"
    assert redis_place("unix:///tmp/a%20b/valkey") == "/tmp/a b/valkey"
