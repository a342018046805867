"""Where the bundled servers of a data folder are reached while they run; looks, and makes nothing."""

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from athanor.embedded.folders import cluster_folder, socket_folder_name


def running_postgres(data_dir: Path) -> str | None:
    """The address of the bundled PostgreSQL (SQLAlchemy's form), if its lock file says that it takes connections."""
    folder = cluster_folder(data_dir)
    if folder is None:
        return None
    try:
        lines = [line.strip() for line in (folder / "postmaster.pid").read_text().splitlines()]
    except OSError:
        return None
    if len(lines) < 8 or lines[7] != "ready":
        return None
    return f"postgresql+asyncpg://postgres@/athanor?host={quote(lines[4], safe='')}&port={lines[3]}"


def running_valkey(data_dir: Path) -> str | None:
    """The address of the bundled Valkey, if its socket is there."""
    for folder in _socket_folders(data_dir):
        if (folder / "valkey").is_socket():
            return f"unix://{quote(str(folder / 'valkey'))}"
    return None


def _socket_folders(data_dir: Path) -> Iterator[Path]:
    name = socket_folder_name(data_dir)
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.path.isabs(runtime):
        yield Path(runtime, "athanor", name)
    yield Path(f"/tmp/athanor-{os.getuid()}", name)  # noqa: S108 - looked at, not made
    try:
        yield Path(f"/tmp/athanor-{data_dir.stat().st_uid}", name)  # noqa: S108
    except OSError:
        return
