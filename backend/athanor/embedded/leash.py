"""Becomes another program that dies with the process which started it. Standard library only, run as a script:

    python -I -S leash.py PARENT SIGNAL UID GID LIFELINE PROGRAM ARGUMENT...

PARENT is the starter's process id; SIGNAL is what the program gets when the starter is gone; UID and GID (or `-`) are
what it runs as; LIFELINE (or `-`) is the read end of a pipe that only the starter can write to, needed where the kernel
has no parent-death signal. The process id stays the same, so the starter waits for and signals the program itself.
"""

import ctypes
import os
import select
import signal
import sys

_PR_SET_PDEATHSIG = 1
_GRACE_S = 15.0  # between the death signal and SIGKILL, where this file is what sends them


def main(arguments: list[str]) -> None:
    parent, death_signal = int(arguments[0]), int(arguments[1])
    user, group, lifeline = (None if text == "-" else int(text) for text in arguments[2:5])
    if user is not None and group is not None:
        os.setgroups([])
        os.setgid(group)
        os.setuid(user)
    if sys.platform == "linux":  # after setuid: a change of user clears it
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)  # the starter died before the kernel knew whom to tell
    if lifeline is not None:
        _watch(lifeline, os.getpid(), death_signal)
        os.close(lifeline)
    os.umask(0o077)
    for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_DFL)  # what a shell's background job ignores would stay ignored
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    program = arguments[5:]
    os.execv(program[0], program)  # noqa: S606 - there is no shell on purpose


def _watch(lifeline: int, process: int, death_signal: int) -> None:
    """A grandchild of init that ends `process` when the lifeline closes, and itself when `process` ends."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)  # not left to the program, which would wonder about a child it never had
        return
    try:
        os.setsid()
        if not os.fork():
            nothing = os.open(os.devnull, os.O_RDWR)
            for descriptor in (0, 1, 2):  # the program's output must end with the program
                os.dup2(nothing, descriptor)
            if _wait(process, lifeline, None) == "lifeline":
                os.kill(process, death_signal)
                if _wait(process, None, _GRACE_S) == "time":
                    os.kill(process, signal.SIGKILL)
    finally:
        os._exit(0)


def _wait(process: int, lifeline: int | None, seconds: float | None) -> str:
    """What came first: "process" (it ended), "lifeline" (its other end closed), "time"."""
    if sys.platform == "linux":
        poll = select.poll()
        ended = os.pidfd_open(process)
        poll.register(ended, select.POLLIN)
        if lifeline is not None:
            poll.register(lifeline, select.POLLIN | select.POLLHUP)
        ready = [descriptor for descriptor, _ in poll.poll(None if seconds is None else seconds * 1000)]
        os.close(ended)
        return "process" if ended in ready else "lifeline" if ready else "time"
    queue = select.kqueue()
    watched = [select.kevent(process, select.KQ_FILTER_PROC, select.KQ_EV_ADD, select.KQ_NOTE_EXIT)]
    if lifeline is not None:
        watched.append(select.kevent(lifeline, select.KQ_FILTER_READ, select.KQ_EV_ADD))
    events = queue.control(watched, 2, seconds)
    queue.close()
    if any(event.filter == select.KQ_FILTER_PROC for event in events):
        return "process"
    return "lifeline" if events else "time"


if __name__ == "__main__":
    main(sys.argv[1:])
