"""The child's one connection to its worker: every report of every thread goes through `Channel.send`."""

import fcntl
import os
import socket
import threading
from collections import deque

from athanor.sdk.errors import RunClosedError
from athanor.wire import framing

_FORKED = (
    "this is a forked process: only the process that Athanor started can report to the run. "
    "Send what you have to the parent (a queue, a return value) and report it there"
)
_CLOSED = "the connection to the worker is gone ({}): was its file descriptor closed by the experiment?"
_HIGH_DESCRIPTOR = 200


class Channel:
    """A blocking socket that many threads, signal handlers and finalizers may send on at once.

    Frames never mix and never tear: an exception out of a signal handler can cut `send` short at any point, and
    the next call finishes what is left. A call made while the same thread is already sending (a signal handler, a
    `__del__`) is sent right after. In a forked process every call raises RunClosedError.
    """

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=_move_up(descriptor))
        self._socket.settimeout(None)
        self._transmit = self._socket.send
        self._lock = threading.RLock()
        # Frames that were taken, each with how many of its bytes every call so far has sent.
        self._backlog: deque[tuple[memoryview, list[int]]] = deque()
        self._sending = False
        self._closed: str | None = None
        os.register_at_fork(after_in_child=self._close_after_fork)

    @property
    def closed(self) -> str | None:
        """Why nothing can be sent any more, or None."""
        return self._closed

    def send(self, message: object) -> None:
        """Returns when `message` is in the kernel's hands; waits as long as the socket is full.

        Raises:
            RunClosedError: in a forked process, or when the socket is gone.
        """
        self.send_frames((framing.pack(message),))

    def send_frames(self, frames: "tuple[bytes, ...] | list[bytes]") -> None:
        """Sends packed messages with no other thread's message between them. Raises like `send`."""
        with self._lock:
            if self._closed is not None:
                raise RunClosedError(self._closed)
            for frame in frames:
                self._backlog.append((memoryview(frame), []))
            if not self._sending:
                self._sending = True
                try:
                    self._drain()
                except OSError as error:
                    self._closed = _CLOSED.format(error.strerror)
                    raise RunClosedError(self._closed) from error
                finally:
                    self._sending = False

    def _drain(self) -> None:
        # A signal handler may raise between any two calls, so no state needs two of them: `extend(map(...))` sends and
        # notes the length in one C call, and a frame leaves together with its notes.
        backlog = self._backlog
        while backlog:
            frame, sent = backlog[0]
            done = sum(sent)
            if done >= len(frame):
                backlog.popleft()
            else:
                sent.extend(map(self._transmit, (frame[done:],)))

    def receive(self, size: int) -> bytes:
        """The worker's next bytes; b"" when it is gone. Called by one thread."""
        try:
            return self._socket.recv(size)
        except OSError:
            return b""

    def _close_after_fork(self) -> None:
        self._closed = _FORKED
        self._lock = threading.RLock()
        self._sending = False
        self._backlog.clear()
        self._socket.close()


def _move_up(descriptor: int) -> int:
    """A high, close-on-exec copy: code that closes descriptors and opens files is handed the low numbers."""
    try:
        moved = fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, _HIGH_DESCRIPTOR)
    except OSError:
        os.set_inheritable(descriptor, False)
        return descriptor
    os.close(descriptor)
    return moved
