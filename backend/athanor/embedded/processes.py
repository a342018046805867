"""How the processes of `athanor up` are started, recognised again, and ended."""

import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import psutil
from msgspec import Struct

_LEASH = Path(__file__).with_name("leash.py")


class User(Struct, frozen=True):
    """Whom a program runs as."""

    uid: int
    gid: int


def leashed(
    program: Sequence[str], death_signal: signal.Signals, user: User | None = None, lifeline: int | None = None
) -> list[str]:
    """The command that runs `program` (its first item an absolute path) until it ends or this process does.

    Call it in the process that starts the command, and start it from a thread that lives on: Linux sends the death
    signal when the starting *thread* ends. `lifeline` is passed on by `pass_fds`; macOS needs it, Linux does not.
    """
    options = [os.getpid(), int(death_signal), *((user.uid, user.gid) if user else "--"), lifeline]
    texts = ["-" if option is None else str(option) for option in options]
    return [sys.executable, "-I", "-S", str(_LEASH), *texts, *program]


class Identity(Struct, frozen=True):
    """Which process a process id meant when it was written down; a reused id has another `started`."""

    pid: int
    started: str
    executable: str


def identify(pid: int, executable: str) -> Identity | None:
    """The identity of a live process that is, or is about to become, `executable`; None when it is gone."""
    started = started_at(pid)
    return Identity(pid, started, os.path.realpath(executable)) if started else None


def is_alive(identity: Identity) -> bool:
    """Whether this very process still runs: same id, same start, same executable (or still on its way to it)."""
    if started_at(identity.pid) != identity.started:
        return False
    return executable_of(identity.pid) in (identity.executable, os.path.realpath(sys.executable))


def started_at(pid: int) -> str | None:
    """A text that no two processes with this id share, over reboots too; None when it is gone or a zombie."""
    if sys.platform == "linux":
        try:
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        except OSError:
            return None
        return None if fields[0] in "ZX" else f"{boot} {fields[19]}"
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else str(process.create_time())
    except psutil.Error:
        return None


def executable_of(pid: int) -> str | None:
    """The resolved path a process runs; None when it is gone or is not ours to look at."""
    try:
        return os.path.realpath(psutil.Process(pid).exe().removesuffix(" (deleted)"))
    except psutil.Error:
        return None


def end(identity: Identity, stop_signal: signal.Signals, patience_s: float) -> None:
    """Ends this very process: the signal, then after `patience_s` SIGKILL. Returns when it is gone."""
    for signal_number, seconds in ((stop_signal, patience_s), (signal.SIGKILL, 10.0)):
        if not is_alive(identity):
            return
        try:
            os.kill(identity.pid, signal_number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and is_alive(identity):
            time.sleep(0.02)
    if is_alive(identity):
        raise TimeoutError(f"process {identity.pid} ({identity.executable}) does not end, not even by SIGKILL")
