"""The database that a command works on: the one that is named, or the bundled one, started for it if need be."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from athanor.embedded.errors import StartError
from athanor.embedded.find import running_postgres
from athanor.embedded.folders import cluster_folder, lock, make_private
from athanor.embedded.postgres import Postgres
from athanor.embedded.processes import leashed
from athanor.embedded.records import Records
from athanor.settings import Settings

_READY_WITHIN_S = 600.0


@contextmanager
def database_of(settings: Settings, *, make: bool = False) -> Iterator[str]:
    """The database's address, for as long as the block lasts.

    Where no setting names one and `athanor up` does not run on the data folder, the bundled PostgreSQL is started and
    stopped again; `make` allows an empty one to be made.

    Raises:
        StartError: there is no database, or it does not start.
    """
    if settings.database_url is not None:
        yield settings.database_url
        return
    data_dir = settings.data_dir
    if cluster_folder(data_dir) is None and not make:
        raise StartError(
            f"There is no database in the data folder {data_dir}. Set ATHANOR_DATA_DIR to the folder that `athanor up` "
            "uses, or ATHANOR_DATABASE_URL."
        )
    make_private(data_dir)
    try:
        held = lock(data_dir)
    except StartError:  # `athanor up` is at work on it
        url = running_postgres(data_dir)
        if url is None:
            raise
        yield url
        return
    try:
        Records(data_dir).end_leftovers()
        with _started(data_dir) as url:
            yield url
    finally:
        os.close(held)


@contextmanager
def _started(data_dir: Path) -> Iterator[str]:
    postgres = Postgres(data_dir)
    postgres.prepare()
    lifeline = None if sys.platform == "linux" else os.pipe()[0]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            leashed(postgres.command, postgres.stop_signal, postgres.user, lifeline),
            cwd=postgres.folder,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
            pass_fds=() if lifeline is None else (lifeline,),
        )
        try:
            deadline = time.monotonic() + _READY_WITHIN_S
            while not postgres.is_ready(process.pid):
                if process.poll() is not None or time.monotonic() > deadline:
                    said.seek(0)
                    words = said.read().decode(errors="replace").strip().splitlines()[-3:]
                    raise StartError(f"PostgreSQL does not start on {postgres.folder}: {' / '.join(words)}")
                time.sleep(0.02)
            yield postgres.database_url
        finally:
            if process.poll() is None:
                process.send_signal(postgres.stop_signal)
                try:
                    process.wait(timeout=60.0)
                except subprocess.TimeoutExpired:
                    process.send_signal(signal.SIGQUIT)
                    process.wait()
