"""`athanor restore`: a backup takes the place of what the database holds, in one transaction: wholly or not at all."""

import asyncio
import re
import subprocess
import tempfile
from pathlib import Path

import asyncpg
from msgspec import Struct

from athanor.backup.programs import BackupError, connection_environment, failed, run
from athanor.checks.postgres import connect_to
from athanor.db.migrate import known_revisions, upgrade
from athanor.db.session import in_one_line
from athanor.embedded.binaries import client_program

_TABLES = """
    SELECT format('%I.%I', nspname, relname) AS name, relname
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = 'public' AND relkind IN ('r', 'p') AND NOT EXISTS (
        SELECT 1 FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e'
    ) ORDER BY relname
"""
_ALIVE = """
    SELECT host, pid, ceil(extract(epoch FROM expires_at - clock_timestamp()))::int AS seconds
    FROM workers WHERE expires_at > clock_timestamp() ORDER BY host, pid
"""
_SESSIONS = """
    SELECT DISTINCT split_part(application_name, ' ', 2) AS part FROM pg_stat_activity
    WHERE datname = current_database() AND application_name ~ '^athanor (server|worker)' ORDER BY part
"""
# Whoever ran these is not there any more: the reaper ends them, as of any worker that died.
_END = b"""
DELETE FROM public.workers;
UPDATE public.run_vitals SET expires_at = clock_timestamp() WHERE expires_at IS NOT NULL;
COMMIT;
"""


class Restored(Struct, frozen=True):
    """What the database holds now. `active`: runs that were active at the backup's moment."""

    instances: int
    runs: int
    active: int


def restore(url: str, file: Path, *, replace: bool) -> Restored:
    """Puts the backup `file` in place and brings its tables to this version.

    Raises:
        BackupError: the file is no backup of Athanor, or of a newer one; the database holds instances and `replace` is
            not set; a worker or an API server works on it; `psql` fails. Then nothing was changed.
    """
    _check_file(file)
    try:
        tables = asyncio.run(_check_database(url, replace=replace))
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError) as error:
        raise BackupError(f"The database cannot be used: {in_one_line(error)}.") from None
    _load(url, file, tables)
    upgrade(url)
    return asyncio.run(_look(url))


def _check_file(file: Path) -> None:
    if not file.is_file():
        raise BackupError(f"There is no file {file}.")
    contents = run("pg_restore", "--list", str(file))
    if not re.search(r"TABLE DATA public alembic_version ", contents):
        raise BackupError(f"{file} is a dump of PostgreSQL, but not a backup of Athanor.")
    rows = run("pg_restore", "--data-only", "--schema=public", "--table=alembic_version", "--file=-", str(file))
    copied = re.search(r"^COPY public\.alembic_version .*?;\n(.*?)^\\\.$", rows, re.DOTALL | re.MULTILINE)
    versions = set(copied[1].split()) if copied else set()
    if not versions or not versions <= known_revisions():
        raise BackupError(
            f"{file} was made by a newer Athanor (its tables are at {', '.join(sorted(versions)) or 'nothing'}). "
            "Restore it with that one."
        )


async def _check_database(url: str, *, replace: bool) -> list[str]:
    """The tables that have to go, as SQL names."""
    connection = await connect_to(url)
    try:
        tables = await connection.fetch(_TABLES)
        names = {table["relname"] for table in tables}
        if tables and "alembic_version" not in names:
            raise BackupError(
                f"The database holds tables that are not Athanor's ({', '.join(sorted(names)[:5])}). Give Athanor a "
                "database of its own."
            )
        if "workers" in names:
            await _refuse_while_at_work(connection)
        if not replace and "instances" in names:
            held = await connection.fetchrow(
                "SELECT (SELECT count(*) FROM runs) AS runs, (SELECT count(*) FROM instances) AS instances"
            )
            if held["runs"] or held["instances"]:
                raise BackupError(
                    f"The database holds {held['instances']} instances and {held['runs']} runs. To give them up for "
                    "the backup's, add --replace; a backup of them first costs little."
                )
        return [table["name"] for table in tables]
    finally:
        await connection.close()


async def _refuse_while_at_work(connection: asyncpg.Connection) -> None:
    alive = await connection.fetch(_ALIVE)
    if alive:
        shown = ", ".join(f"process {row['pid']} on {row['host']}" for row in alive[:5])
        raise BackupError(
            f"Workers are alive ({shown}). Stop them (Ctrl-C for `athanor up`) and try again; one that was killed "
            f"counts as alive for {max(row['seconds'] for row in alive)} s more."
        )
    sessions = [row["part"] for row in await connection.fetch(_SESSIONS)]
    if sessions:
        raise BackupError(
            f"A {' and a '.join(sessions)} of Athanor is connected to the database. Stop it and try again."
        )


def _load(url: str, file: Path, tables: list[str]) -> None:
    """Old tables out, the backup's in: one transaction, committed by our last word and by nothing else.

    A psql whose input just ends, because one of us was killed, commits nothing.
    """
    begin = "BEGIN;\nSET LOCAL lock_timeout = '10s';\n" + "".join(f"DROP TABLE {name} CASCADE;\n" for name in tables)
    reading = [str(client_program("pg_restore")), "--schema=public", "--no-owner", "--no-privileges", "--file=-"]
    with tempfile.TemporaryFile() as complaints:
        writer = subprocess.Popen(
            [str(client_program("psql")), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null"],
            env=connection_environment(url),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=complaints,
        )
        assert writer.stdin is not None
        try:
            writer.stdin.write(begin.encode())
            writer.stdin.flush()
            read = subprocess.run([*reading, str(file)], stdout=writer.stdin, stderr=subprocess.PIPE, check=False)
            if read.returncode == 0:
                writer.stdin.write(_END)
            writer.stdin.close()
        except BrokenPipeError:
            pass  # psql ended at an error, and says below at which
        except BaseException:
            writer.kill()
            raise
        finally:
            code = writer.wait()
        complaints.seek(0)
        said = complaints.read()
        if code != 0:
            raise failed("psql", said, code)
        if read.returncode != 0:
            raise failed("pg_restore", read.stderr, read.returncode)


async def _look(url: str) -> Restored:
    connection = await connect_to(url)
    try:
        await connection.execute("ANALYZE", timeout=600)
        found = await connection.fetchrow("""
            SELECT (SELECT count(*) FROM instances WHERE deleted_at IS NULL) AS instances, count(*) AS runs,
                count(*) FILTER (WHERE status IN ('pending', 'running')) AS active FROM runs
        """)
        return Restored(found["instances"], found["runs"], found["active"])
    finally:
        await connection.close()
