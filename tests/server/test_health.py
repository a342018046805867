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


@pytest.mark.parametrize(
    ("checks", "status", "expected"),
    [
        (HealthChecks(fine, fine, two), 200, {"status": "ok", "database": "ok", "redis": "ok", "workers": 2}),
        (HealthChecks(fine, fine), 200, {"status": "ok", "database": "ok", "redis": "ok"}),
        (
            HealthChecks(fine, down, two),
            200,
            {"status": "degraded", "database": "ok", "redis": "unreachable", "workers": 2},
        ),
        (HealthChecks(down, fine, down), 503, {"status": "degraded", "database": "unreachable", "redis": "ok"}),  # type: ignore[arg-type]
        (HealthChecks(hangs, hangs), 503, {"status": "degraded", "database": "unreachable", "redis": "unreachable"}),
    ],
)
def test_what_it_says(
    checks: HealthChecks, status: int, expected: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "CHECK_TIMEOUT_S", 0.2)
    with serving(lambda settings: create_app(settings, routers=[], checks=checks)) as running:
        answer = running.client.get("/api/health")
        assert (answer.status_code, answer.json()) == (status, {"version": athanor.__version__, **expected})


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

    began = time.monotonic()
    with serving(
        build, database_url="postgresql+asyncpg://x@127.0.0.1:9/x", redis_url="redis://127.0.0.1:9"
    ) as running:
        answer = running.client.get("/api/health")
    assert (answer.status_code, answer.json()["database"], answer.json()["redis"]) == (
        503,
        "unreachable",
        "unreachable",
    )
    assert time.monotonic() - began < 5
