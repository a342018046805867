"""Making a PostgreSQL cluster, whole or not at all."""

import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

from athanor.embedded.errors import StartError
from athanor.embedded.processes import User, leashed


def make_cluster(folder: Path, programs: Path, user: User | None) -> None:
    """Makes the cluster `folder` with an empty database `athanor`, unless it exists.

    The work is done beside it and renamed at the end, so that a kill leaves nothing that looks like a cluster. The
    locale is PostgreSQL's own C.UTF-8: the same order and case rules on every system, whatever locales that has.

    Raises:
        StartError: initdb fails, or the cluster belongs to another major version.
    """
    for unfinished in folder.parent.glob(f"{folder.name}.unfinished-*"):
        shutil.rmtree(unfinished)
    if folder.exists():
        _check_version(folder, programs, user)
        return
    unfinished = Path(tempfile.mkdtemp(prefix=f"{folder.name}.unfinished-", dir=folder.parent))
    if user:
        os.chown(unfinished, user.uid, user.gid)
    initdb = [
        str(programs / "initdb"),
        *("--pgdata", str(unfinished), "--username=postgres", "--auth=trust", "--no-instructions"),
        *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
    ]
    try:
        _run(initdb, user, "")
        _run(
            [str(programs / "postgres"), "--single", "-D", str(unfinished), "postgres"],
            user,
            "CREATE DATABASE athanor\n",
        )
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    parent = os.open(folder.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


def _check_version(folder: Path, programs: Path, user: User | None) -> None:
    made_by = (folder / "PG_VERSION").read_text().strip()
    ours = _run([str(programs / "postgres"), "--version"], user, "").split()[-1]
    if made_by != ours.split(".")[0]:
        raise StartError(
            f"The database in {folder} was made by PostgreSQL {made_by}, and this Athanor brings {ours}. Dump it with "
            f"the Athanor that made it, then start this one on a new ATHANOR_DATA_DIR and load the dump."
        )


def _run(command: list[str], user: User | None, text: str) -> str:
    done = subprocess.run(
        leashed(command, signal.SIGKILL, user),
        input=text,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        cwd="/",
        start_new_session=True,
    )
    if done.returncode != 0:
        why = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise StartError(f"{Path(command[0]).name} failed: {' / '.join(why[-3:])}")
    return done.stdout
