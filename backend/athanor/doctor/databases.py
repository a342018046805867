"""PostgreSQL and Redis: the named ones, or the bundled ones where they run."""

import asyncio
from collections.abc import Iterator, Mapping
from uuid import UUID

import msgspec
import redis.asyncio
from msgspec import Struct

import athanor
from athanor.backup.programs import major_version
from athanor.checks.places import postgres_place, redis_place
from athanor.checks.postgres import PostgresFindings, connect_to, examine_postgres
from athanor.checks.redis import examine_redis
from athanor.db.session import in_one_line
from athanor.doctor.findings import Finding, note, ok, problem
from athanor.embedded.find import running_postgres, running_valkey
from athanor.settings import Settings
from athanor.wire.figures import WorkerFigures, figures_key

WITHIN_S = 10.0
CLOCK_LIMIT_S = 5.0
_WORKERS = """
    SELECT id, host, pid, queues, slots, draining,
        extract(epoch FROM clock_timestamp() - heartbeat_at)::float AS age_s,
        extract(epoch FROM expires_at - heartbeat_at)::float AS lease_s
    FROM workers WHERE expires_at > clock_timestamp() ORDER BY host, started_at
"""


class LiveWorker(Struct, frozen=True):
    id: UUID
    name: str
    queues: list[str]
    slots: int
    draining: bool
    age_s: float
    lease_s: float


async def look_at_databases(settings: Settings) -> list[Finding]:
    """Both, and the workers that the database knows."""
    url = settings.database_url or running_postgres(settings.data_dir)
    redis_url = settings.redis_url or running_valkey(settings.data_dir)
    findings: list[Finding] = []
    workers: list[LiveWorker] | None = None
    waiting: list[str] = []
    if url is None:
        findings.append(note("PostgreSQL", "the bundled one does not run; `athanor up` starts it"))
    else:
        try:
            async with asyncio.timeout(WITHIN_S):
                found = await examine_postgres(url)
                workers = await _live_workers(url) if found.migrated else None
        except Exception as error:
            findings.append(_away("PostgreSQL", postgres_place(url), error))
        else:
            findings += _postgres(found, postgres_place(url))
            waiting = found.waiting
    versions: dict[UUID, str] = {}
    if redis_url is None:
        findings.append(note("Redis", "the bundled Valkey does not run; `athanor up` starts it"))
    else:
        try:
            async with asyncio.timeout(WITHIN_S):
                findings += await _redis(redis_url)
                versions = await _versions(redis_url, workers or [])
        except Exception as error:
            findings.append(_away("Redis", redis_place(redis_url), error))
    if workers is not None:
        findings += _workers(workers, waiting, versions)
    return findings


def _away(name: str, place: str, error: Exception) -> Finding:
    why = f"nothing came within {WITHIN_S:g} s" if isinstance(error, TimeoutError) else in_one_line(error)
    return problem(name, f"{place}: does not answer: {why}. Start it, or look at its log and the network between.")


def _postgres(found: PostgresFindings, place: str) -> Iterator[Finding]:
    yield from (problem("PostgreSQL", said) for said in found.problems)
    if not found.problems:
        yield ok("PostgreSQL", f"{place}: version {found.version}, tables at {found.schema}, takes writes")
    if found.version_number // 10000 > major_version():
        yield note(
            "PostgreSQL", f"{found.version} is newer than the pg_dump Athanor brings: `athanor backup` will refuse"
        )
    ahead = found.clock_ahead_s
    apart = f"the database's clock is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    if abs(ahead) > CLOCK_LIMIT_S:
        yield problem("clock", f"{apart}: log lines and times of runs do not fit together. Set both by NTP.")
    else:
        yield ok("clock", apart)


async def _redis(url: str) -> list[Finding]:
    found = await examine_redis(url)
    place = redis_place(url)
    findings = [problem("Redis", said) for said in found.problems]
    if not findings:
        findings.append(ok("Redis", f"{place}: version {found.version}, takes writes"))
    if found.persistent is False:
        said = "keeps nothing over a restart (appendonly is off); pending runs then wait up to 2 s longer"
        findings.append(note("Redis", f"{place}: {said}"))
    return findings


async def _live_workers(url: str) -> list[LiveWorker]:
    connection = await connect_to(url)
    try:
        return [
            LiveWorker(
                id=row["id"],
                name=f"{row['host']}, process {row['pid']}",
                queues=row["queues"],
                slots=row["slots"],
                draining=row["draining"],
                age_s=row["age_s"],
                lease_s=row["lease_s"],
            )
            for row in await connection.fetch(_WORKERS)
        ]
    finally:
        connection.terminate()


async def _versions(url: str, workers: list[LiveWorker]) -> dict[UUID, str]:
    """By worker, as far as they posted theirs."""
    if not workers:
        return {}
    async with redis.asyncio.Redis.from_url(url) as client:
        kept = await client.mget([figures_key(worker.id) for worker in workers])
    found: dict[UUID, str] = {}
    for worker, data in zip(workers, kept, strict=True):
        try:
            if data is not None:
                found[worker.id] = msgspec.msgpack.decode(data, type=WorkerFigures).version
        except msgspec.MsgspecError:
            found[worker.id] = "another version"
    return found


def _workers(workers: list[LiveWorker], waiting: list[str], versions: Mapping[UUID, str]) -> Iterator[Finding]:
    if not workers:
        yield problem("workers", "none is alive, so no run starts. Start one with `athanor worker`, or `athanor up`.")
    for worker in workers:
        about = f"{worker.name}: queues {', '.join(worker.queues)}, {worker.slots} slots"
        version = versions.get(worker.id, athanor.__version__)
        if worker.age_s > worker.lease_s / 3 and worker.age_s > 10:
            yield problem(
                "workers",
                f"{worker.name}: its last heartbeat is {worker.age_s:.0f} s old; after {worker.lease_s:.0f} s its runs "
                "are lost. Look whether it hangs, or cannot reach the database.",
            )
        elif version != athanor.__version__:
            yield problem("workers", f"{about}; it is {version} and this Athanor {athanor.__version__}. Update it.")
        else:
            yield ok("workers", about + ("; it drains and takes no more runs" if worker.draining else ""))
    yield from (problem("queues", said) for said in waiting)
