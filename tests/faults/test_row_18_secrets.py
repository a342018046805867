"""Row 18: the server's secrets are in no run's environment, in nothing that is recorded, said or shown in a list of
processes; and the bundled databases are for their owner alone."""

import asyncio
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import psutil
import pytest

from embedded.stack import remove_outside
from servers import Servers
from stack import TERMINAL, eventually
from whole import Whole

EXPERIMENTS = Path(__file__).parent / "row_18_secrets"
TOKEN = "a-token-of-enough-characters"


@pytest.fixture(params=["by value", "by file"])
def whole(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Whole]:
    given = TOKEN if request.param == "by value" else "auto"
    running = Whole(tmp_path, experiments=str(EXPERIMENTS), ATHANOR_TOKEN=given)
    if given == "auto":
        kept = subprocess.run(
            [sys.executable, "-m", "athanor.cli", "token", "--new"],
            env=running.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        token = kept.stdout.strip()
    else:
        token = given
    running.http.headers["authorization"] = f"Bearer {token}"
    try:
        running.start()
        yield running
    finally:
        running.stop()
        remove_outside(tmp_path / "data")


def _command(process: psutil.Process) -> list[str]:
    """Empty for one that ends just now."""
    try:
        return process.cmdline()
    except (psutil.NoSuchProcess, psutil.ZombieProcess, psutil.AccessDenied):
        return []


async def _everything(url: str) -> str:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(url)
    try:
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        rows = [await connection.fetch(f'SELECT t::text AS row FROM "{table[0]}" t') for table in tables]
        return "\n".join(row["row"] for each in rows for row in each)
    finally:
        await connection.close()


def test_nothing_that_is_recorded_or_said_holds_a_secret(whole: Whole, tmp_path: Path) -> None:
    (server,) = [each for each in whole.family() if _command(each)[-1:] == ["server"]]
    told = server.environ()
    database = told["ATHANOR_DATABASE_URL"].replace("+asyncpg", "")
    token = whole.http.headers["authorization"].removeprefix("Bearer ")
    secrets = [token, told["ATHANOR_REDIS_URL"], told["ATHANOR_DATABASE_URL"], database]

    instance = whole.post("/api/instances", name="x", experiment="tells_all", config={})
    run = whole.post(f"/api/instances/{instance['id']}/runs")
    shown = [" ".join(_command(process)) for process in whole.family()]

    def is_over() -> bool:
        shown.extend(" ".join(_command(each)) for each in whole.family())
        return whole.get(f"/api/runs/{run['id']}")["status"] in TERMINAL

    eventually(is_over, what="the run's end")
    assert whole.get(f"/api/runs/{run['id']}")["status"] == "completed"

    recorded = asyncio.run(_everything(database))
    assert "ATHANOR_SLOTS" in recorded or "ATHANOR_DATA_DIR" in recorded, "the environment was recorded"
    named = ("ATHANOR_TOKEN", "ATHANOR_DATABASE_URL", "ATHANOR_REDIS_URL")
    said = whole.log.read_text()
    for secret in secrets:
        assert secret not in recorded
        assert secret not in "\n".join(shown)
        assert secret not in said
    assert [name for name in named if name in recorded] == []
    (token_file,) = [*(tmp_path / "data").glob("token")] or [None]
    if token_file is not None:
        assert stat.S_IMODE(token_file.stat().st_mode) == 0o600
        assert f"in {token_file}: `athanor token` prints it, the page asks for it" in said


def _sockets(servers: Servers) -> dict[str, Path]:
    return {
        "postgres": servers.postgres.driver.sockets / ".s.PGSQL.5432",
        "valkey": servers.valkey.driver.socket,
    }


def test_the_bundled_databases_listen_for_their_owner_alone(session_servers: Servers) -> None:
    for server in (session_servers.postgres, session_servers.valkey):
        process = psutil.Process(server.pid)
        for each in (process, *process.children(recursive=True)):
            try:
                open_to_network = [one for one in each.net_connections("inet") if one.status == psutil.CONN_LISTEN]
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # one of PostgreSQL's own that ended just now
            assert open_to_network == [], server.driver.name
    for name, path in _sockets(session_servers).items():
        assert stat.S_ISSOCK(path.stat().st_mode)
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700, name
        runs_as = session_servers.postgres.driver.user if name == "postgres" else None
        assert path.parent.stat().st_uid == (os.getuid() if runs_as is None else runs_as.uid)
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, name


_STRANGER = """
import os, socket, sys
if os.getuid() == 0:
    os.setgroups([])
    os.setgid(54321)
    os.setuid(54321)
for path in sys.argv[1:]:
    try:
        socket.socket(socket.AF_UNIX).connect(path)
        print('connected')
    except OSError as error:
        print(type(error).__name__)
"""


def test_another_user_cannot_reach_them(session_servers: Servers) -> None:
    """As root a child process becomes somebody else; a normal user cannot, and relies on the mode bits above."""
    paths = [str(path) for path in _sockets(session_servers).values()]
    for path in paths:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
    outcome = subprocess.run(
        [sys.executable, "-I", "-c", _STRANGER, *paths], cwd="/", capture_output=True, text=True, check=True
    ).stdout.split()
    assert outcome == (["PermissionError"] * 2 if os.getuid() == 0 else ["connected"] * 2)
