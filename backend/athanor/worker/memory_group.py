"""A control group of its own for a run's processes, in which the kernel keeps the run's memory limit."""

import os
import secrets
import sys
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from athanor.worker.machine import process_started

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")
_PREFIX = "athanor-run-"


class NoMemoryGroupError(Exception):
    """No such group can be made here; says why."""


class _Place(Struct, frozen=True):
    """Where groups may be made. `swap`: the file and value that keep a run from going on in swap space."""

    folder: Path
    limit: str
    swap: str
    swaps_nothing: str | None


def make_memory_group(limit_bytes: int) -> Path:
    """The folder of a new, empty group: the guard process puts the child into it, and removes it in the end.

    Raises:
        NoMemoryGroupError: this machine, or its owner, does not let this worker make one.
    """
    refusals: list[str] = []
    for place in _places(refusals):
        group = place.folder / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        try:
            group.mkdir()
            try:
                (group / place.limit).write_text(f"{limit_bytes}")
            except OSError:
                group.rmdir()
                raise
        except OSError as error:
            refusals.append(f"{place.folder}: {error.strerror}")
            continue
        try:
            (group / place.swap).write_text(place.swaps_nothing or f"{limit_bytes}")
        except OSError:
            pass  # no swap space, or not counted
        return group
    raise NoMemoryGroupError("; ".join(refusals) or "the kernel offers no memory controller")


def remove_memory_group(group: Path) -> None:
    """Removes it, should the guard not have come to that; it is empty by now."""
    try:
        group.rmdir()
    except OSError:
        pass


def remove_groups_left_over() -> None:
    """Those that dead workers made here, and whose guards died too."""
    for place in _places([]):
        for group in place.folder.glob(f"{_PREFIX}*"):
            pid = group.name.removeprefix(_PREFIX).partition("-")[0]
            if pid.isdigit() and process_started(int(pid)) is None:
                remove_memory_group(group)


def _places(refusals: list[str]) -> Iterator[_Place]:
    """Below this worker's own memory group, or beside it where processes may not have groups below them (version 2);
    why not, where that is known already, goes to `refusals`."""
    if sys.platform != "linux":
        refusals.append("only Linux has control groups")
        return
    try:
        lines = OWN_GROUPS.read_text().splitlines()
    except OSError as error:
        refusals.append(f"{OWN_GROUPS}: {error.strerror}")
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if "memory" in controllers.split(","):
            own = CONTROL_GROUPS / "memory" / path.lstrip("/")
            yield _Place(own, "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", None)
        elif controllers == "":
            hybrid = CONTROL_GROUPS / "unified"
            own = (hybrid if hybrid.is_dir() else CONTROL_GROUPS) / path.lstrip("/")
            for folder in (own, own.parent) if path != "/" else (own,):
                if _passes_memory_on(folder):
                    yield _Place(folder, "memory.max", "memory.swap.max", "0")
                else:
                    refusals.append(f"{folder} does not pass the memory controller on")


def _passes_memory_on(folder: Path) -> bool:
    try:
        return "memory" in (folder / "cgroup.subtree_control").read_text().split()
    except OSError:
        return False
