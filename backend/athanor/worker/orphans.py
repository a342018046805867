"""The last net: finds processes by a mark in their environment, when the guard that held them was killed."""

import os
import signal

MARK = "ATHANOR_GUARD"


def kill_marked(mark: str) -> int:
    """SIGKILL for every process of this user that was started with `ATHANOR_GUARD=mark`; how many there were.

    Linux only: elsewhere the environment of others cannot be read, and the answer is 0.
    """
    wanted = f"{MARK}={mark}".encode()
    found = 0
    for name in os.listdir("/proc") if os.path.isdir("/proc/self") else ():
        if name.isdigit() and int(name) != os.getpid():
            try:
                with open(f"/proc/{name}/environ", "rb") as file:
                    marked = wanted in file.read().split(b"\0")
                if marked:
                    os.kill(int(name), signal.SIGKILL)
                    found += 1
            except OSError:
                continue  # gone meanwhile, or another user's
    return found


def kill_group(leader: int) -> None:
    """SIGKILL for the process group of `leader`, if it still exists."""
    try:
        os.killpg(leader, signal.SIGKILL)
    except OSError:
        pass
