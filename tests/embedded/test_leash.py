"""A process on a leash: ends with its starter, keeps its id, inherits nothing it should not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from athanor.embedded.processes import Identity, end, identify, is_alive, leashed
from embedded.stack import until

_SLEEP = ["/bin/sleep", "600"]


def test_ends_when_its_starter_is_killed() -> None:
    code = (
        "import subprocess, signal, time\n"
        "from athanor.embedded.processes import leashed\n"
        f"print(subprocess.Popen(leashed({_SLEEP!r}, signal.SIGTERM), start_new_session=True).pid, flush=True)\n"
        "time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert starter.stdout
    pid = int(starter.stdout.readline())
    until(lambda: psutil.Process(pid).name() == "sleep", "the program itself, under the same id")
    starter.kill()
    starter.communicate()
    until(lambda: not psutil.pid_exists(pid), "its end")


def test_ends_when_the_lifeline_closes() -> None:
    """The way of macOS, which has no parent-death signal; it works everywhere."""
    lifeline, held = os.pipe()
    code = (
        "import signal, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (print('told'), exit(5)))\n"
        "print('up', flush=True)\n"
        "time.sleep(600)"
    )
    command = leashed([sys.executable, "-c", code], signal.SIGTERM, lifeline=lifeline)
    process = subprocess.Popen(command, pass_fds=[lifeline], stdout=subprocess.PIPE, start_new_session=True)
    os.close(lifeline)
    assert process.stdout
    assert process.stdout.readline() == b"up\n"
    assert psutil.Process(process.pid).children() == []
    os.close(held)
    assert process.communicate(timeout=60)[0] == b"told\n"  # and its output ends with it
    assert process.returncode == 5


def test_watcher_of_the_lifeline_ends_with_the_program() -> None:
    lifeline, held = os.pipe()
    process = subprocess.Popen(leashed(["/bin/true"], signal.SIGTERM, lifeline=lifeline), pass_fds=[lifeline])
    assert process.wait(timeout=60) == 0
    os.close(lifeline)
    until(lambda: not _holders(held), "nobody else at the lifeline")
    os.close(held)


def _holders(descriptor: int) -> list[str]:
    """Other processes with this pipe open, by its inode; the answer of /proc, or a failed write without it."""
    name = f"pipe:[{os.fstat(descriptor).st_ino}]"
    found = []
    for path in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if path.parts[2] != str(os.getpid()) and os.readlink(path) == name:
                found.append(str(path))
        except OSError:
            continue
    return found


def test_does_not_start_when_the_starter_is_gone() -> None:
    command = leashed(["/bin/echo", "started"], signal.SIGKILL)
    command[4] = "1"  # another starter than the one that asks
    done = subprocess.run(command, capture_output=True, check=True, start_new_session=True)
    assert done.stdout == b""


def test_hears_signals_that_its_starter_ignores() -> None:
    earlier = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        process = subprocess.Popen(leashed(_SLEEP, signal.SIGKILL), start_new_session=True)
        until(lambda: psutil.Process(process.pid).name() == "sleep", "the program")
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT
    finally:
        signal.signal(signal.SIGINT, earlier)


def test_identity_is_id_start_and_executable() -> None:
    process = subprocess.Popen(_SLEEP)
    until(lambda: psutil.Process(process.pid).name() == "sleep", "the program")
    identity = identify(process.pid, _SLEEP[0])
    assert identity
    assert is_alive(identity)
    for other in (
        Identity(identity.pid, "another boot 1", identity.executable),
        Identity(identity.pid, identity.started, "/usr/bin/other"),
        Identity(os.getpid(), identity.started, identity.executable),
    ):
        assert not is_alive(other)
        end(other, signal.SIGKILL, 0.1)
    assert process.poll() is None
    process.kill()
    until(lambda: not is_alive(identity), "a zombie is no live process")
    process.wait()
    assert identify(process.pid, _SLEEP[0]) is None
