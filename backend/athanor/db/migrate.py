"""Brings the database's schema to this version of Athanor; safe to run by several processes at once."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_LOCK = 0x61746861  # any constant of ours: one migration at a time per database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(database_url: str) -> None:
    """Runs every migration that is missing. `database_url`: the asyncpg form."""
    asyncio.run(_upgrade(database_url))


async def _upgrade(database_url: str) -> None:
    def run(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")

    engine = create_async_engine(database_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


async def pending_migration(connection_url: str) -> str | None:
    """A sentence for the operator when the schema is not this version's, else None."""

    def check(connection: Connection) -> str | None:
        current = MigrationContext.configure(connection).get_current_heads()
        wanted = ScriptDirectory.from_config(_config()).get_heads()
        if set(current) == set(wanted):
            return None
        return f"the database's schema is {current or 'empty'}, this version needs {wanted}: run `athanor migrate`"

    engine = create_async_engine(connection_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(check)
    finally:
        await engine.dispose()
