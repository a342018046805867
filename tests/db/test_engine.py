"""Addresses as people have them, and times as the API promises them."""

import asyncio

from sqlalchemy import text

from athanor.db.migrate import pending_migration, upgrade
from athanor.db.session import Database
from athanor.settings import Settings


async def nowhere(_: object) -> None:
    return None


def test_parameters_of_an_address_mean_what_they_mean_to_libpq(session_servers):
    url = session_servers.fresh_database().replace("postgresql+asyncpg://", "postgresql://")
    for given in (f"{url}&sslmode=prefer", f"{url}&ssl=disable&target_session_attrs=read-write"):
        read = Settings.from_environment({"ATHANOR_DATABASE_URL": given}).database_url
        assert read is not None
        upgrade(read)
        assert asyncio.run(pending_migration(read)) is None


def test_times_are_utc_whatever_the_database_is_set_to(backend, session_servers):
    name = backend.database_url.partition("?")[0].rpartition("/")[2]
    session_servers.execute(f"ALTER DATABASE \"{name}\" SET timezone = 'Asia/Kolkata'")

    async def main() -> str:
        database = Database(backend.database_url, nowhere)
        async with database.read() as session:
            said = (await session.execute(text("SELECT to_json(clock_timestamp())::text"))).scalar_one()
        await database.close()
        return str(said)

    assert asyncio.run(main()).endswith('+00:00"')
