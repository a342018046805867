"""The disks that the data folder and the bundled cluster lie on."""

import os
import shutil
from pathlib import Path

from athanor.embedded.folders import cluster_folder

FREE_BYTES = 2 * 1024**3
"""What the bundled PostgreSQL's write-ahead log may grow by on its own (its `max_wal_size`)."""
FREE_SHARE = 0.10
"""On a disk so small that the bytes above are most of it, this much of it has to be free."""


def nearly_full(folder: Path) -> str | None:
    """A sentence where the folder's disk has less than both of the limits free; the folder exists."""
    usage = shutil.disk_usage(folder)
    if usage.free >= min(FREE_BYTES, FREE_SHARE * usage.total):
        return None
    return (
        f"The disk of {folder} is nearly full: {in_bytes(usage.free)} of {in_bytes(usage.total)} are free. Free space "
        "there, or delete old runs with `athanor prune`."
    )


def data_folders(data_dir: Path) -> list[Path]:
    """Where the bundled databases keep their data, as far as it exists and can be seen: one folder for each disk."""
    found: dict[int, Path] = {}
    for folder in (cluster_folder(data_dir), data_dir):
        try:
            if folder is not None:
                found.setdefault(os.stat(folder).st_dev, folder)
        except OSError:
            continue
    return list(found.values())


def full_disks(data_dir: Path) -> list[str]:
    """A sentence for each disk of the data folder that is nearly full."""
    return [said for folder in data_folders(data_dir) if (said := nearly_full(folder)) is not None]


def in_bytes(size: float) -> str:
    """A size as people write it: `512 B`, `3.2 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"
