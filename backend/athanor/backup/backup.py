"""`athanor backup`: everything the database holds, as of one moment, while everything goes on running."""

import asyncio
import os
from pathlib import Path

from msgspec import Struct

from athanor.backup.programs import BackupError, major_version, run
from athanor.checks.postgres import examine_postgres
from athanor.db.session import in_one_line

SECRETS = ("browser_sessions",)
"""Tables whose rows are left out: who is signed in is nobody's business in a file."""


class Backup(Struct, frozen=True):
    """A file that was written. `schema`: the version of the tables in it."""

    file: Path
    size_bytes: int
    schema: str


def back_up(url: str, file: Path) -> Backup:
    """Writes the whole ledger to `file`, which only its owner can read; the file is there whole or not at all.

    Raises:
        BackupError: the file exists, the database does not answer or is no Athanor's, or `pg_dump` fails.
    """
    if file.exists():
        raise BackupError(f"{file} exists. Give another name; nothing was written.")
    schema = _check(url)
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        os.close(os.open(unfinished, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600))
    except OSError as error:
        raise BackupError(f"Cannot write {unfinished}: {error.strerror}.") from None
    try:
        run(
            "pg_dump",
            *("--format=custom", "--schema=public", "--no-owner", "--no-privileges"),
            *(f"--exclude-table-data=public.{table}" for table in SECRETS),
            *("--file", str(unfinished)),
            url=url,
        )
        run("pg_restore", "--list", str(unfinished))
        _sync(unfinished)
        unfinished.rename(file)
        _sync(file.parent)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    return Backup(file, file.stat().st_size, schema)


def _check(url: str) -> str:
    try:
        found = asyncio.run(examine_postgres(url))
    except Exception as error:
        raise BackupError(f"The database does not answer: {in_one_line(error)}.") from None
    if found.version_number // 10000 > major_version():
        raise BackupError(
            f"The database is PostgreSQL {found.version}, newer than the pg_dump that Athanor brings "
            f"({major_version()}). Use the pg_dump of that server: pg_dump --format=custom --schema=public --no-owner "
            "--no-privileges; `athanor restore` needs a psql as new."
        )
    if found.schema is None:
        raise BackupError("The database holds no tables of Athanor; there is nothing to back up.")
    return found.schema


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
