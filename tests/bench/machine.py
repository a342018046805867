"""The machine a benchmark ran on, in words that name nobody: no host name, no paths."""

import os
import platform
import sys
from pathlib import Path

import psutil


def describe() -> dict[str, str]:
    """What matters for the figures, each with its name."""
    return {
        "CPU": f"{_cpu_model()}, {os.cpu_count()} cores",
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()} ({platform.machine()})",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        "load before the start": f"{os.getloadavg()[0]:.1f}",
    }


def _cpu_model() -> str:
    if sys.platform == "linux":
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() in ("model name", "Model"):
                return " ".join(value.split())
    return platform.processor() or platform.machine()


def memory_mib(pids: list[int]) -> float:
    """PSS of processes together, in MiB; where the system does not tell it, USS: both count no shared page twice."""
    total = 0
    for pid in pids:
        try:
            memory = psutil.Process(pid).memory_full_info()
        except psutil.NoSuchProcess:
            continue
        total += getattr(memory, "pss", None) or memory.uss
    return total / 2**20


def family(pid: int) -> list[int]:
    """A process and all its descendants."""
    root = psutil.Process(pid)
    return [pid, *(child.pid for child in root.children(recursive=True))]
