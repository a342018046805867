"""Runs that were there before attempts were written down."""

import asyncio

from alembic import command
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from athanor.db.base import new_id
from athanor.db.migrate import _config, upgrade

BEFORE = "0002"
RUNS = (("pending", None, 0), ("running", None, 2), ("failed", "lost", 1), ("cancelled", "user", 0))
ATTEMPTS = text("""
    SELECT runs.status, attempts.number, attempts.reason, attempts.error, attempts.ended_at IS NULL, logs, retry_on,
        backoff_s
    FROM runs LEFT JOIN attempts ON attempts.run_id = runs.id ORDER BY runs.number
""")


def test_they_keep_their_newest_attempt_and_stay_valid(session_servers):
    url = session_servers.fresh_database()
    asyncio.run(_fill(url))
    upgrade(url)
    assert asyncio.run(_attempts(url)) == [
        ("pending", None, None, None, True, None, ["lost"], 0.0),
        ("running", 2, None, None, True, 0, ["lost"], 0.0),
        ("failed", 1, "lost", "gone", False, 0, ["lost"], 0.0),
        ("cancelled", None, None, None, True, None, ["lost"], 0.0),
    ]


async def _fill(url):
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(_config(sync), BEFORE))
        for number, (status, reason, attempt) in enumerate(RUNS):
            run = {"id": new_id(), "instance_id": new_id(), "number": number, "status": status, "reason": reason}
            await connection.execute(
                text("""
                    INSERT INTO runs (id, instance_id, number, status, reason, error, attempt, completed_at, experiment,
                        queue, config, config_schema, seed, retries)
                    VALUES (:id, :instance_id, :number, :status, CAST(:reason AS text),
                        CASE :reason WHEN 'lost' THEN 'gone' END, :attempt,
                        CASE WHEN CAST(:reason AS text) IS NOT NULL THEN now() END, 'e', 'default', '{}', '{}', 1, 1)
                """),
                {**run, "attempt": attempt},
            )
    await engine.dispose()


async def _attempts(url):
    engine = create_async_engine(url)
    async with engine.connect() as connection:
        rows = [tuple(row) for row in await connection.execute(ATTEMPTS)]
    await engine.dispose()
    return rows
