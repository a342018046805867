"""Brings the database's schema to this version of Athanor; safe to run by several processes at once."""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from athanor.db.engine import make_engine
from athanor.db.session import in_one_line, is_outage
from athanor.settings import SettingsError

_LOCK = 0x61746861  # any constant of ours: one migration at a time per database


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(database_url: str) -> None:
    """Runs every migration that is missing. `database_url`: the asyncpg form.

    Raises:
        SettingsError: the database does not answer.
    """
    try:
        asyncio.run(_upgrade(database_url))
    except Exception as error:
        if not is_outage(error):
            raise
        raise SettingsError(f"ATHANOR_DATABASE_URL: the database does not answer: {in_one_line(error)}") from None


async def _upgrade(database_url: str) -> None:
    def run(connection: Connection) -> None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(connection), "head")

    engine = make_engine(database_url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(run)
    finally:
        await engine.dispose()


def schema_heads() -> frozenset[str]:
    """The revisions of the tables that this version works with."""
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


def known_revisions() -> frozenset[str]:
    """Every revision that `upgrade` can start from."""
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())


def require_current(database_url: str) -> None:
    """Raises SettingsError, with what to do, where the database does not answer or its schema is not this version's."""
    try:
        missing = asyncio.run(pending_migration(database_url))
    except Exception as error:
        if not is_outage(error):
            raise
        raise SettingsError(f"ATHANOR_DATABASE_URL: the database does not answer: {in_one_line(error)}") from None
    if missing is not None:
        raise SettingsError(missing)


async def pending_migration(database_url: str) -> str | None:
    """A sentence for the operator when the schema is not this version's, else None."""

    def check(connection: Connection) -> str | None:
        current = MigrationContext.configure(connection).get_current_heads()
        wanted = sorted(schema_heads())
        if set(current) == set(wanted):
            return None
        found = f"at {', '.join(current)}" if current else "empty"
        return f"The database's schema is {found}; this version needs {', '.join(wanted)}. Run `athanor migrate`."

    engine = make_engine(database_url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(check)
    finally:
        await engine.dispose()
