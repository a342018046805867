import asyncio
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.ext.asyncio import create_async_engine

import athanor
from athanor.db.base import Base
from athanor.db.migrate import pending_migration, require_current, upgrade
from athanor.settings import SettingsError


def test_the_migrations_make_exactly_the_models(backend):
    async def differences():
        engine = create_async_engine(backend.database_url)
        async with engine.connect() as connection:
            found = await connection.run_sync(
                lambda sync: compare_metadata(MigrationContext.configure(sync), Base.metadata)
            )
        await engine.dispose()
        return found

    package = Path(athanor.__file__).parent
    for path in package.glob("*/*/models.py"):
        __import__(".".join(("athanor", *path.relative_to(package).with_suffix("").parts)))
    assert asyncio.run(differences()) == []


def test_an_old_schema_is_named_and_upgrading_twice_is_harmless(session_servers):
    url = session_servers.fresh_database()
    assert "athanor migrate" in (asyncio.run(pending_migration(url)) or "")
    upgrade(url)
    upgrade(url)
    assert asyncio.run(pending_migration(url)) is None


def test_the_operator_is_told_in_one_sentence(session_servers):
    with pytest.raises(SettingsError, match=r"^The database's schema is empty; .* Run `athanor migrate`\.$"):
        require_current(session_servers.fresh_database())
    with pytest.raises(SettingsError, match="the database does not answer"):
        require_current("postgresql+asyncpg://x@127.0.0.1:1/x")
