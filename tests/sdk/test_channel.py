"""The channel: whole frames in order, whatever interrupts a send."""

import gc
import itertools
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from types import FrameType

import pytest

from athanor.sdk.channel import Channel
from athanor.sdk.errors import RunClosedError
from athanor.wire.framing import Unpacker
from athanor.wire.reports import Log, Report


@pytest.fixture
def pair() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    with theirs:
        yield Channel(ours.detach()), theirs


def logs(theirs: socket.socket) -> Iterator[Log]:
    unpacker: Unpacker[Report] = Unpacker(Report)  # type: ignore[arg-type]
    while True:
        yield from unpacker.feed(theirs.recv(1000))  # type: ignore[misc]


def read(theirs: socket.socket, count: int) -> list[Log]:
    return list(itertools.islice(logs(theirs), count))


def test_threads_never_mix_their_frames(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair

    def write(name: str) -> None:
        for i in range(200):
            channel.send(Log(i, "info", name * 3000))

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    found = read(theirs, 800)
    for thread in threads:
        thread.join()
    for name in "abcd":
        mine = [log for log in found if log.message[0] == name]
        assert [(log.at_us, log.message) for log in mine] == [(i, name * 3000) for i in range(200)]


def test_an_exception_out_of_a_signal_handler_tears_no_frame(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    found: list[Log] = []
    reader = threading.Thread(target=lambda: found.extend(read(theirs, 400)))

    class AlarmError(Exception):
        pass

    may_ring = False  # where the exception is caught, however late a signal comes

    def ring(*_: object) -> None:
        nonlocal may_ring
        if may_ring:
            may_ring = False
            raise AlarmError

    previous = signal.signal(signal.SIGALRM, ring)
    interrupted = 0
    try:
        reader.start()
        signal.setitimer(signal.ITIMER_REAL, 0.0007, 0.0007)
        i = 0
        while i < 399:
            try:
                may_ring = True
                while i < 399:
                    i += 1
                    channel.send(Log(i, "info", "x" * 20_000))
                may_ring = False
            except AlarmError:
                interrupted += 1
        signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    # Calls cut before they took the message never sent it; every message that was taken is whole and in order.
    sentinel = Log(10_000, "info", "end")
    while reader.is_alive():
        channel.send(sentinel)
        reader.join(0.001)
    numbers = [log.at_us for log in found if log != sentinel]
    assert interrupted > 10
    assert numbers == sorted(set(numbers))
    assert all(len(log.message) == 20_000 for log in found if log != sentinel)


def test_an_exception_at_any_point_of_a_send_sends_nothing_twice(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.settimeout(10)
    found: list[Log] = []

    class CutError(Exception):
        pass

    def cut_at(step: int) -> Callable[[FrameType, str, object], object]:
        left = step

        def trace(frame: FrameType, event: str, _: object) -> object:
            nonlocal left
            if frame.f_code is not Channel._drain.__code__:
                return None
            frame.f_trace_opcodes = True
            if event == "opcode":
                left -= 1
                if left < 0:
                    raise CutError
            return trace

        return trace

    def cut_send(number: int, step: int) -> bool:
        before = sys.gettrace()
        sys.settrace(cut_at(step))
        try:
            channel.send(Log(number, "info", "x" * 10))
        except CutError:
            return True
        finally:
            sys.settrace(before)
            channel.send(Log(-number, "info", "after"))
            found.extend(itertools.takewhile(lambda log: log.at_us != -number, logs(theirs)))
        return False

    count = next(number for number in itertools.count(1) if not cut_send(number, number - 1))
    assert count > 30
    assert [log.at_us for log in found] == list(range(1, count + 1))


def test_a_send_within_a_send_of_the_same_thread_follows_it(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    found: list[Log] = []
    reader = threading.Thread(target=lambda: found.extend(read(theirs, 60)))
    timer = threading.Timer(0.2, reader.start)

    def ring(*_: object) -> None:
        channel.send(Log(1, "info", "from the handler"))

    previous = signal.signal(signal.SIGALRM, ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        timer.start()
        for _ in range(59):
            channel.send(Log(0, "info", "y" * 20_000))
    finally:
        signal.signal(signal.SIGALRM, previous)
        timer.join()
        reader.join(10)
    assert [log.at_us for log in found].count(1) == 1
    assert len(found) == 60


def test_a_forked_process_is_refused_by_name(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            channel.send(Log(0, "info", "from a fork"))
        except RunClosedError as error:
            os.write(writer, str(error).encode())
        finally:
            os._exit(0)
    os.close(writer)
    os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        assert said.read().startswith("this is a forked process")
    channel.send(Log(1, "info", "from here"))
    assert read(theirs, 1) == [Log(1, "info", "from here")]


def test_a_socket_that_is_gone_is_told(pair: tuple[Channel, socket.socket]) -> None:
    channel, theirs = pair
    theirs.close()
    with pytest.raises(RunClosedError, match="the connection to the worker is gone"):
        channel.send(Log(0, "info", "x"))
    assert channel.closed is not None
    gc.collect()


def test_its_descriptor_is_out_of_the_way_and_not_inherited(pair: tuple[Channel, socket.socket]) -> None:
    channel, _ = pair
    number = channel._socket.fileno()
    assert number >= 200
    assert not os.get_inheritable(number)
