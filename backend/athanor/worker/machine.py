"""Where this worker runs: what makes its process id mean something to the next worker on the same machine."""

import os
import socket
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
    """Start time of a live process in seconds since the epoch; None if there is none."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None
