"""Experiments that end in every way there is."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import threading
import time

from athanor import Run, experiment


def _number(run: Run[None], count: int = 100) -> None:
    for i in range(count):
        run.info(f"line {i}")


@experiment
def segfault(run: Run[None]) -> None:
    _number(run)
    print("unfinished", end="")
    ctypes.string_at(0)


@experiment
def leave_at_once(run: Run[None]) -> None:
    _number(run)
    os._exit(3)


@experiment
def fail_and_leave(run: Run[None]) -> None:
    run.fail("bad data in row 7")
    run.fail("and in row 8")
    os._exit(1)


@experiment
def complete_and_leave(run: Run[None]) -> None:
    run.complete()
    run.fail("too late")
    os._exit(1)


@experiment
def exit_zero(run: Run[None]) -> None:
    _number(run)
    sys.exit(0)


@experiment
def exit_five(run: Run[None]) -> None:
    _number(run)
    sys.exit(5)


@experiment
def exit_text(run: Run[None]) -> None:
    sys.exit("no data today")


@experiment
def kill_itself(run: Run[None]) -> None:
    _number(run)
    os.kill(os.getpid(), signal.SIGKILL)


@experiment
def memory_limit(run: Run[None]) -> None:
    _number(run)
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    hoard = []
    while True:
        hoard.append(bytearray(1 << 24))


@experiment
def close_everything(run: Run[None]) -> None:
    _number(run)
    os.closerange(0, 4096)
    run.info("this has nowhere to go")


@experiment
def close_everything_and_return(run: Run[None]) -> None:
    _number(run)
    os.closerange(0, 4096)


@experiment
def close_standard_descriptors(run: Run[None]) -> None:
    sys.stdout.close()
    sys.stderr.close()
    for descriptor in (0, 1, 2):
        os.close(descriptor)
    print("still heard")
    _number(run)


@experiment
def daemon_holds_the_pipes(run: Run[None]) -> None:
    """Double fork, own session, standard descriptors kept, every signal ignored that can be."""
    reader, writer = os.pipe()
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.signal(number, signal.SIG_IGN)
            os.write(writer, str(os.getpid()).encode())
            os.close(writer)
            time.sleep(600)
        os._exit(0)
    os.close(writer)
    run.result("pids", [int(os.read(reader, 100))])
    _number(run)


@experiment
def ignore_every_signal(run: Run[None]) -> None:
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        try:
            signal.signal(number, signal.SIG_IGN)
        except (OSError, ValueError):
            pass
    run.result("pids", [os.getpid()])
    while True:
        time.sleep(1)


@experiment
def grandchildren_in_own_sessions(run: Run[None]) -> None:
    command = "trap '' TERM HUP INT; echo $$; while :; do sleep 600; done"
    parts = [
        subprocess.Popen(["/bin/sh", "-c", command], stdout=subprocess.PIPE, start_new_session=True) for _ in range(3)
    ]
    run.result("pids", [int(part.stdout.readline()) for part in parts if part.stdout])
    _number(run)


@experiment
def fork_away(run: Run[None]) -> None:
    """A chain of processes, each forking the next and leaving, until it is ended."""
    if os.fork() == 0:
        os.setsid()
        while True:
            time.sleep(0.002)
            if os.fork() != 0:
                os._exit(0)
    run.info("started")
    time.sleep(600)


@experiment
def threads_still_running(run: Run[None]) -> None:
    def work() -> None:
        while True:
            time.sleep(0.05)

    threading.Thread(target=work).start()
    _number(run)


@experiment
def thread_ends_soon(run: Run[None]) -> None:
    def work() -> None:
        time.sleep(0.3)
        run.info("the thread's last words")

    threading.Thread(target=work).start()


@experiment
def fork_helper(run: Run[None]) -> None:
    reader, writer = os.pipe()
    if os.fork() == 0:
        try:
            run.info("from the helper")
        except Exception as error:
            os.write(writer, f"{type(error).__name__}: {error}".encode())
        print("printed by the helper", flush=True)
        os._exit(0)
    os.close(writer)
    os.wait()
    run.result("said", os.read(reader, 10_000).decode())


@experiment
def garbage_on_the_socket(run: Run[None]) -> None:
    _number(run)
    run._channel._socket.send(b"\xff" * 100)
    time.sleep(600)


@experiment
def stop_forever(run: Run[None]) -> None:
    run.info("stopping")
    os.kill(os.getpid(), signal.SIGSTOP)
    time.sleep(600)


@experiment
def kill_the_guard(run: Run[None]) -> None:
    helper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    run.result("pids", [os.getpid(), helper.pid])
    _number(run)
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


@experiment
def wait_for_orders(run: Run[None]) -> None:
    helper = subprocess.Popen(["sleep", "600"], start_new_session=True)
    run.result("pids", [os.getpid(), os.getppid(), helper.pid])
    time.sleep(600)


@experiment
def descriptors(run: Run[None]) -> None:
    run.result("descriptors", sorted(map(int, os.listdir("/dev/fd"))))
