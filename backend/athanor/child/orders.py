"""What the worker tells the child: first the assignment, later perhaps to stop."""

import threading

from athanor.sdk.channel import Channel
from athanor.sdk.state import RunState
from athanor.wire.control import Assignment, Cancel, ToChild
from athanor.wire.framing import Unpacker

_READ_BYTES = 64 * 1024


class Orders:
    """Reads the worker's side of the socket. Bytes after the end of a message are kept for the next."""

    def __init__(self, channel: Channel, state: RunState) -> None:
        self._channel = channel
        self._state = state
        self._unpacker: Unpacker[ToChild] = Unpacker(ToChild)  # type: ignore[arg-type]

    def assignment(self) -> Assignment | None:
        """Waits for it; None when the worker is gone."""
        while data := self._channel.receive(_READ_BYTES):
            found = None
            for order in self._unpacker.feed(data):
                if isinstance(order, Assignment):
                    found = order
                else:
                    self._state.cancel()
            if found is not None:
                return found
        return None

    def listen(self) -> None:
        """Hears the cancel request from now on, in a daemon thread that sleeps in the kernel."""
        threading.Thread(target=self._listen, name="athanor-orders", daemon=True).start()

    def _listen(self) -> None:
        while data := self._channel.receive(_READ_BYTES):
            for order in self._unpacker.feed(data):
                if isinstance(order, Cancel):
                    self._state.cancel()
