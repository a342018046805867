"""GET /api/health tells the truth, quickly, however often it is asked."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

import athanor
from api_serving import serving
from athanor.server import health
from athanor.server.app import Server, create_app
from athanor.server.health import HealthChecks
from athanor.server.health_checks import connection_checks
from athanor.settings import Settings


async def fine() -> None:
    return None


async def down() -> None:
    raise ConnectionRefusedError("postgresql://user:secret@host")


async def hangs() -> None:
    await asyncio.Event().wait()


async def two() -> int:
    return 2


async def none() -> int:
    return 0


async def is_full() -> list[str]:
    return ["The disk is full. Free space."]


REFUSED = "does not answer: ConnectionRefusedError: postgresql://user:secret@host."
SILENT = "does not answer: nothing came within 0.2 s."
DATABASE = "PostgreSQL (ATHANOR_DATABASE_URL) "
REDIS = "Redis (ATHANOR_REDIS_URL) "


@pytest.mark.parametrize(
    ("checks", "status", "expected", "said"),
    [
        (HealthChecks(fine, fine, two), 200, {"database": "ok", "redis": "ok", "workers": 2}, []),
        (HealthChecks(fine, fine), 200, {"database": "ok", "redis": "ok"}, []),
        (HealthChecks(fine, fine, none), 200, {"database": "ok", "redis": "ok", "workers": 0}, ["No worker is alive"]),
        (
            HealthChecks(is_full, fine, two, is_full),
            200,
            {"database": "ok", "redis": "ok", "workers": 2},
            ["The disk is full. Free space."] * 2,
        ),
        (
            HealthChecks(fine, down, two),
            200,
            {"database": "ok", "redis": "unreachable", "workers": 2},
            [REDIS + REFUSED],
        ),
        (HealthChecks(down, fine, down), 503, {"database": "unreachable", "redis": "ok"}, [DATABASE + REFUSED]),  # type: ignore[arg-type]
        (
            HealthChecks(hangs, hangs),
            503,
            {"database": "unreachable", "redis": "unreachable"},
            [DATABASE + SILENT, REDIS + SILENT],
        ),
    ],
)
def test_what_it_says(
    checks: HealthChecks,
    status: int,
    expected: dict[str, object],
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0.2)
    with serving(lambda settings: create_app(settings, routers=[], checks=checks)) as running:
        answer = running.client.get("/api/health")
        ready = running.client.get("/api/health/ready")
        live = running.client.get("/api/health/live")
    word = "degraded" if said else "ok"
    body = answer.json()
    problems = body.pop("problems")
    assert (answer.status_code, body) == (status, {"status": word, "version": athanor.__version__, **expected})
    assert [problem[: len(start)] for problem, start in zip(problems, said, strict=True)] == said
    assert (ready.status_code, ready.json()) == (status, {"status": word})
    assert (live.status_code, live.json()) == (200, {"status": "ok"})


def test_a_crowd_asks_the_database_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0

    async def count() -> None:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0.1)

    monkeypatch.setattr(health, "REUSE_S", 60.0)
    checks = HealthChecks(count, fine)
    with (
        serving(lambda settings: create_app(settings, routers=[], checks=checks)) as running,
        ThreadPoolExecutor(8) as pool,
    ):
        statuses = pool.map(lambda _: running.client.get("/api/health").status_code, range(40))
        assert set(statuses) == {200}
    assert asked == 1


def test_the_real_checks_against_nothing_that_listens() -> None:
    def build(settings: Settings) -> Server:
        return create_app(settings, routers=[], checks=connection_checks(settings))

    with serving(
        build, database_url="postgresql+asyncpg://x@127.0.0.1:9/x", redis_url="redis://127.0.0.1:9"
    ) as running:
        began = time.monotonic()
        answer = running.client.get("/api/health")
        assert time.monotonic() - began < 9, "refused connections are not waited for"
    assert (answer.status_code, answer.json()["database"], answer.json()["redis"]) == (
        503,
        "unreachable",
        "unreachable",
    )
    assert [problem.partition(" does not")[0] for problem in answer.json()["problems"]] == [
        "PostgreSQL (127.0.0.1:9, database x)",
        "Redis (127.0.0.1:9)",
    ]
