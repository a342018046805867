"""PostgreSQL: does it answer, can it write, has it this version's tables, does anybody serve the queues?"""

import time
from functools import cache

import asyncpg
from msgspec import Struct

from athanor.checks.places import postgres_place
from athanor.db.engine import plain_address
from athanor.db.migrate import schema_heads
from athanor.db.session import in_one_line

CONNECT_TIMEOUT_S = 10.0

_ABOUT = """
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS version_number,
        current_setting('transaction_read_only') = 'on' AS read_only, clock_timestamp() AS now
"""
# What does not fit in 64 kB of memory goes into a temporary file beside the tables: about 100 kB on the same disk,
# gone with the statement, without a table, a log record or dead rows. A full disk refuses it as it refuses a COPY.
_WRITE = (
    "SET LOCAL work_mem = '64kB'",
    "SET LOCAL temp_tablespaces = ''",
    "SELECT count(*) FROM generate_series(1, 6000)",
)
_UNSERVED = """
    WITH waiting AS (
        SELECT queue, experiment, count(*) AS runs FROM runs WHERE status = 'pending' GROUP BY queue, experiment
    ), serving AS (
        SELECT name AS queue, experiments FROM workers CROSS JOIN LATERAL unnest(queues) AS name
        WHERE expires_at > clock_timestamp() AND NOT draining
    )
    SELECT queue, experiment, runs, EXISTS (SELECT 1 FROM serving WHERE serving.queue = waiting.queue) AS served
    FROM waiting WHERE NOT EXISTS (
        SELECT 1 FROM serving WHERE serving.queue = waiting.queue AND waiting.experiment = ANY (serving.experiments)
    ) ORDER BY queue, experiment LIMIT 20
"""


class PostgresFindings(Struct, kw_only=True):
    """`problems`: with PostgreSQL itself. `clock_ahead_s`: the database's clock minus this host's. `schema`: the
    revision of its tables, None without."""

    version: str
    version_number: int
    clock_ahead_s: float
    schema: str | None
    migrated: bool
    problems: list[str]
    waiting: list[str]
    """Of runs that nobody will take, as things are."""


async def connect_to(url: str) -> asyncpg.Connection:
    """A bare connection to the database at an address in SQLAlchemy's form."""
    return await asyncpg.connect(
        plain_address(url), timeout=CONNECT_TIMEOUT_S, server_settings={"application_name": "athanor check"}
    )


async def examine_postgres(url: str) -> PostgresFindings:
    """What is to be known of a database that answers, on a connection of its own: a full pool is no outage.

    Raises:
        Exception: it does not answer.
    """
    connection = await connect_to(url)
    try:
        began = time.time()
        about = await connection.fetchrow(_ABOUT)
        middle = (began + time.time()) / 2
        place = postgres_place(url)
        problems = [] if about["read_only"] else await _write(connection, place)
        if about["read_only"]:
            problems.append(
                f"PostgreSQL ({place}) takes no writes: it is read-only, a standby or set so by "
                "default_transaction_read_only. Point ATHANOR_DATABASE_URL at the primary, or end the setting."
            )
        schema = await _schema(connection)
        migrated = schema == ", ".join(sorted(_heads()))
        if not migrated:
            problems.append(
                f"The tables of PostgreSQL ({place}) are {f'at {schema}' if schema else 'missing'}, and this version "
                f"needs {', '.join(sorted(_heads()))}. Run `athanor migrate`, or the Athanor they belong to."
            )
        return PostgresFindings(
            version=about["version"].split()[0],
            version_number=about["version_number"],
            clock_ahead_s=about["now"].timestamp() - middle,
            schema=schema,
            migrated=migrated,
            problems=problems,
            waiting=[_unserved(row) for row in await connection.fetch(_UNSERVED)] if migrated else [],
        )
    finally:
        connection.terminate()


async def _write(connection: asyncpg.Connection, place: str) -> list[str]:
    try:
        async with connection.transaction():
            for statement in _WRITE:
                await connection.execute(statement)
    except asyncpg.PostgresConnectionError:
        raise
    except asyncpg.DiskFullError as error:
        return [
            f"PostgreSQL ({place}) cannot write, its disk is full: {in_one_line(error)} (SQLSTATE 53100). Free space "
            "there; runs wait meanwhile and go on by themselves."
        ]
    except asyncpg.PostgresError as error:
        return [
            f"PostgreSQL ({place}) cannot write: {in_one_line(error)} (SQLSTATE {error.sqlstate}). Its own log says "
            "more; look at its disk and the rights on its folder."
        ]
    return []


async def _schema(connection: asyncpg.Connection) -> str | None:
    try:
        found = await connection.fetch("SELECT version_num FROM alembic_version ORDER BY version_num")
    except asyncpg.UndefinedTableError:
        return None
    return ", ".join(row["version_num"] for row in found) or None


@cache
def _heads() -> frozenset[str]:
    return schema_heads()


def _unserved(row: asyncpg.Record) -> str:
    runs = f"{row['runs']} {'run' if row['runs'] == 1 else 'runs'} of {row['experiment']} "
    runs += "waits" if row["runs"] == 1 else "wait"
    if not row["served"]:
        return (
            f"{runs} in the queue {row['queue']}, which no worker serves. Start one with ATHANOR_QUEUES={row['queue']}."
        )
    return (
        f"{runs} in the queue {row['queue']}, and no worker there offers that experiment. Start one whose "
        "ATHANOR_EXPERIMENTS has it, or cancel the runs."
    )
