"""The private pair of servers that other tests rely on."""

import asyncio
import os
import signal
from pathlib import Path

import asyncpg
import redis

from servers import Servers, servers


async def _row(database_url: str, query: str) -> list[object]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        return [tuple(record) for record in await connection.fetch(query)]
    finally:
        await connection.close()


def _ask(urls: Servers, query: str) -> list[object]:
    return asyncio.run(_row(urls.database_url, query))


def test_data_outlives_kill_and_restart_of_each_server() -> None:
    with servers() as urls:
        urls.execute("CREATE TABLE kept (n int)")
        urls.execute("INSERT INTO kept VALUES (7)")
        urls.postgres.kill()
        urls.postgres.start()
        assert _ask(urls, "SELECT n FROM kept") == [(7,)]
        for how in (signal.SIGQUIT, signal.SIGINT, signal.SIGTERM):
            urls.postgres.restart(how)
            assert _ask(urls, "SELECT n FROM kept") == [(7,)]

        with redis.Redis.from_url(urls.redis_url) as client:
            client.set("kept", 7)
            assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
        urls.valkey.restart()
        with redis.Redis.from_url(urls.redis_url) as client:
            assert client.get("kept") == b"7"
        urls.valkey.kill()
        urls.valkey.start()
        with redis.Redis.from_url(urls.redis_url) as client:
            assert client.get("kept") == b"7"


def test_nothing_is_left_of_a_pair() -> None:
    with servers() as urls:
        pids = [urls.postgres.pid, urls.valkey.pid]
        folders = [urls.data_dir, urls.postgres.driver.folder, urls.postgres.driver.sockets, urls.valkey.driver.socket]
    for pid in pids:
        assert not Path(f"/proc/{pid}").exists()
    assert [folder for folder in folders if os.path.lexists(folder)] == []


def test_durability_and_places_of_the_cluster(session_servers: Servers) -> None:
    shown = dict(
        _ask(
            session_servers,
            "SELECT name, setting FROM pg_settings WHERE name IN"
            " ('fsync', 'synchronous_commit', 'full_page_writes', 'listen_addresses', 'server_encoding')",
        )
    )
    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
    }
    assert session_servers.postgres.driver.sockets.stat().st_mode & 0o777 == 0o700
    assert _ask(session_servers, "SELECT 'ÄÖß' ILIKE 'äöß', 'a' < 'B', upper('é')") == [(True, False, "É")]


def test_fresh_database_is_empty_and_apart(session_servers: Servers) -> None:
    one, two = session_servers.fresh_database(), session_servers.fresh_database()
    assert one != two
    assert asyncio.run(_row(one, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == [(0,)]
