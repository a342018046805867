"""GET /api/health: does this server, with all that it needs, do its work? And if not, what is wrong, in words."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Literal

from litestar import Request, Response, Router, get
from litestar.openapi.datastructures import ResponseSpec
from msgspec import UNSET, Meta, Struct, UnsetType

import athanor
from athanor.db.session import in_one_line

_log = logging.getLogger(__name__)

CHECK_TIMEOUT_S = 3.0
REUSE_S = 1.0

Check = Callable[[], Awaitable[Sequence[str] | None]]
"""Raises when the part does not answer; returns a sentence for each thing that is wrong with it otherwise."""

NO_WORKER = (
    "No worker is alive, so no run starts. Start one with `athanor worker`; under `athanor up`, what it said before it "
    "ended tells why."
)


class HealthChecks(Struct, frozen=True):
    """What health asks; `workers` counts live workers, `disks` looks at this host's. Places hold no secrets."""

    database: Check
    redis: Check
    workers: Callable[[], Awaitable[int]] | None = None
    disks: Check | None = None
    database_place: str = "ATHANOR_DATABASE_URL"
    redis_place: str = "ATHANOR_REDIS_URL"


class Health(Struct, kw_only=True, omit_defaults=True):
    """`ok`: there is no problem. The rest is told to callers with the token, and to all if none is set."""

    status: Literal["ok", "degraded"]
    version: str | UnsetType = UNSET
    database: Literal["ok", "unreachable"] | UnsetType = UNSET
    redis: Literal["ok", "unreachable"] | UnsetType = UNSET
    workers: int | UnsetType = UNSET
    problems: Annotated[list[str], Meta(description="What is wrong, where, and what to do")] | UnsetType = UNSET

    example: ClassVar = {
        "status": "degraded",
        "version": "0.1.0",
        "database": "ok",
        "redis": "ok",
        "workers": 2,
        "problems": [
            "2 runs of tune wait in the queue gpu, which no worker serves. Start one with ATHANOR_QUEUES=gpu."
        ],
    }


class Live(Struct, kw_only=True):
    """The process answers."""

    status: Literal["ok"] = "ok"

    example: ClassVar = {"status": "ok"}


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
        checks = self._checks
        (database, said), (redis, said_by_redis), (_, said_of_disks), workers = await asyncio.gather(
            _asked("database", checks.database, _no_answer("PostgreSQL", checks.database_place)),
            _asked("redis", checks.redis, _no_answer("Redis", checks.redis_place)),
            _asked("disks", checks.disks or _nothing, lambda why: f"The disks cannot be looked at: {why}"),
            self._workers(),
        )
        problems = [*said, *said_by_redis, *said_of_disks, *([NO_WORKER] if workers == 0 else [])]
        return Health(
            status="degraded" if problems else "ok",
            version=athanor.__version__,
            database="ok" if database else "unreachable",
            redis="ok" if redis else "unreachable",
            workers=workers,
            problems=problems,
        )

    async def _workers(self) -> int | UnsetType:
        count: int | UnsetType = UNSET

        async def ask() -> None:
            nonlocal count
            count = UNSET if self._checks.workers is None else await self._checks.workers()

        await _asked("workers", ask, str)
        return count


async def _nothing() -> None:
    return None


def _no_answer(name: str, place: str) -> Callable[[str], str]:
    waits = "what is running goes on for a lease's time" if name == "PostgreSQL" else "runs are found in PostgreSQL"
    return lambda why: (
        f"{name} ({place}) does not answer: {why}. Start it, or look at its log and at the network between; {waits} "
        "meanwhile."
    )


async def _asked(name: str, check: Check, complaint: Callable[[str], str]) -> tuple[bool, Sequence[str]]:
    """Whether the check returns in time and without raising, and what is wrong by its account."""
    try:
        async with asyncio.timeout(CHECK_TIMEOUT_S):
            return True, await check() or ()
    except TimeoutError:
        why = f"nothing came within {CHECK_TIMEOUT_S:g} s"
    except Exception as error:  # whatever a driver raises means the same here
        why = f"{type(error).__name__}: {in_one_line(error)}"
    _log.warning("health: %s does not answer: %s", name, why)
    return False, (complaint(why),)


def health_router(checks: HealthChecks) -> Router:
    report = HealthReport(checks)
    away = ResponseSpec(Health, description="PostgreSQL does not answer.", generate_examples=False)

    @get(
        "/health",
        operation_id="getHealth",
        summary="Is the server well, and if not, what is wrong?",
        tags=["health"],
        responses={503: away},
    )
    async def get_health(request: Request[Any, Any, Any]) -> Response[Health]:
        """200 while the process and PostgreSQL answer, also when there are problems; else 503."""
        state: Mapping[str, Any] = request.scope["state"]
        health = await report.read()
        return Response(
            health if state["authenticated"] else Health(status=health.status), status_code=_status_code(health)
        )

    @get("/health/live", operation_id="getLiveness", summary="Does the process answer?", tags=["health"])
    async def get_liveness() -> Live:
        """Always 200: a process that answers needs no restart, whatever is wrong around it."""
        return Live()

    @get(
        "/health/ready",
        operation_id="getReadiness",
        summary="Is the server ready for traffic?",
        tags=["health"],
        responses={503: away},
    )
    async def get_readiness() -> Response[Health]:
        """The status of `/api/health` alone, with its codes."""
        health = await report.read()
        return Response(Health(status=health.status), status_code=_status_code(health))

    return Router("/api", route_handlers=[get_health, get_liveness, get_readiness])


def _status_code(health: Health) -> int:
    return 200 if health.database == "ok" else 503
