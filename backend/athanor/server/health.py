"""GET /api/health: does this server, with its database, do its work?"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Literal

from litestar import Request, Response, Router, get
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, Struct, UnsetType

import athanor

_log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 3.0
REUSE_S = 1.0


class HealthChecks(Struct, frozen=True):
    """What health asks. `database` and `redis` raise when the part does not answer; `workers` counts live workers."""

    database: Callable[[], Awaitable[object]]
    redis: Callable[[], Awaitable[object]]
    workers: Callable[[], Awaitable[int]] | None = None


class Health(Struct, kw_only=True, omit_defaults=True):
    """`degraded`: a part does not answer. The parts are named to callers with the token, and to all if none is set."""

    status: Literal["ok", "degraded"]
    version: str | UnsetType = UNSET
    database: Literal["ok", "unreachable"] | UnsetType = UNSET
    redis: Literal["ok", "unreachable"] | UnsetType = UNSET
    workers: int | UnsetType = UNSET

    example: ClassVar = {"status": "ok", "version": "0.1.0", "database": "ok", "redis": "ok", "workers": 2}


class HealthReport:
    """Runs the checks at most once per REUSE_S, however many ask: the answer is open to all and must stay cheap."""

    def __init__(self, checks: HealthChecks) -> None:
        self._checks = checks
        self._lock = asyncio.Lock()
        self._newest: Health | None = None
        self._at = 0.0

    async def read(self) -> Health:
        async with self._lock:
            if self._newest is None or time.monotonic() - self._at > REUSE_S:
                self._newest = await self._measured()
                self._at = time.monotonic()
            return self._newest

    async def _measured(self) -> Health:
        database, redis, workers = await asyncio.gather(
            _answers("database", self._checks.database),
            _answers("redis", self._checks.redis),
            self._workers(),
        )
        return Health(
            status="ok" if database and redis else "degraded",
            version=athanor.__version__,
            database="ok" if database else "unreachable",
            redis="ok" if redis else "unreachable",
            workers=workers,
        )

    async def _workers(self) -> int | UnsetType:
        count: int | UnsetType = UNSET

        async def ask() -> None:
            nonlocal count
            count = UNSET if self._checks.workers is None else await self._checks.workers()

        await _answers("workers", ask)
        return count


async def _answers(name: str, check: Callable[[], Awaitable[object]]) -> bool:
    """Whether the check returns in time and without raising."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            await check()
    except Exception as error:  # whatever a driver raises means the same here
        _log.warning("health: %s does not answer: %s: %s", name, type(error).__name__, error)
        return False
    return True


def health_router(checks: HealthChecks) -> Router:
    report = HealthReport(checks)

    @get(
        "/health",
        operation_id="getHealth",
        summary="Is the server well?",
        tags=["health"],
        responses={503: ResponseSpec(Health, description="PostgreSQL does not answer.", generate_examples=False)},
    )
    async def get_health(request: Request[Any, Any, Any]) -> Response[Health]:
        """200 while the process and PostgreSQL answer, also when Redis does not; else 503."""
        state: Mapping[str, Any] = request.scope["state"]
        health = await report.read()
        status = 200 if health.database == "ok" else 503
        return Response(health if state["authenticated"] else Health(status=health.status), status_code=status)

    return Router("/api", route_handlers=[get_health])
