"""Where this worker runs: what makes its process id mean something to the next worker on the same machine."""

import os
import socket
import sys
from pathlib import Path

import psutil


def host() -> str:
    return socket.gethostname()


def machine() -> str:
    """Host, boot and process namespace: equal for two processes only if they see the same process ids."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        namespace = os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux: one process namespace per boot
        boot, namespace = str(round(psutil.boot_time())), "pid"
    return f"{host()} {boot} {namespace}"


def process_started(pid: int) -> float | None:
    """When a live process started, in seconds; None if there is none. Comparable on one `machine` alone: on Linux it
    counts from the machine's start, as a clock that is set anew would move it otherwise."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        if sys.platform == "linux":
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()
            return int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return process.create_time()
    except (psutil.Error, OSError):
        return None
