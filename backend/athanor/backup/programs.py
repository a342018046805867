"""Runs the bundled `pg_dump`, `pg_restore` and `psql` on a database; passwords go by the environment, never as
arguments that others can read."""

import os
import re
import subprocess
from collections.abc import Sequence
from functools import cache
from typing import IO

from sqlalchemy import make_url

from athanor.embedded.binaries import client_program


class BackupError(Exception):
    """One clear sentence: what cannot be done, why, and what would help."""


def connection_environment(url: str) -> dict[str, str]:
    """This process's environment with libpq's variables for the database at `url` (SQLAlchemy's form)."""
    found = make_url(url)
    query = {name: value if isinstance(value, str) else value[0] for name, value in found.query.items()}
    values = {
        "PGHOST": found.host or query.get("host"),
        "PGPORT": str(found.port) if found.port else query.get("port"),
        "PGUSER": found.username or query.get("user"),
        "PGPASSWORD": found.password or query.get("password"),
        "PGDATABASE": found.database or query.get("database"),
        **{f"PG{name.upper()}": query.get(name) for name in ("sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl")},
    }
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")}
    return environment | {name: str(value) for name, value in values.items() if value} | {"PGAPPNAME": "athanor backup"}


def run(name: str, *arguments: str, url: str | None = None, given: IO[bytes] | None = None) -> str:
    """What the program says on its standard output.

    Raises:
        BackupError: it fails; with its own last words.
    """
    done = subprocess.run(
        [str(client_program(name)), *arguments],
        env=None if url is None else connection_environment(url),
        stdin=given or subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    if done.returncode != 0:
        raise failed(name, done.stderr, done.returncode)
    return done.stdout.decode(errors="replace")


def failed(name: str, said: bytes, code: int) -> BackupError:
    lines: Sequence[str] = said.decode(errors="replace").strip().splitlines()[-3:]
    return BackupError(f"{name} failed: {' / '.join(lines) or f'exit code {code}'}")


@cache
def major_version() -> int:
    """Of the bundled programs: they read servers up to this one."""
    found = re.search(r"(\d+)", run("pg_dump", "--version").rpartition(" ")[2])
    assert found is not None
    return int(found[1])
