"""What a run's process knows of its run: the cancel request and the recorded verdict."""

import threading
from collections.abc import Callable

from athanor.wire.reports import Verdict


class RunState:
    """Shared by the run's threads and the thread that hears the worker's orders."""

    def __init__(self) -> None:
        self.cancelled = False
        self.verdict: Verdict | None = None
        self._lock = threading.Lock()
        self._on_cancel: Callable[[], object] | None = None

    def record(self, verdict: Verdict) -> bool:
        """Keeps the first verdict; whether this was it."""
        with self._lock:
            first = self.verdict is None
            if first:
                self.verdict = verdict
        return first

    def cancel(self) -> None:
        """The order came. Calls what `on_cancel` was given, once."""
        with self._lock:
            first, self.cancelled = not self.cancelled, True
            action = self._on_cancel
        if first and action is not None:
            action()

    def on_cancel(self, action: Callable[[], object]) -> None:
        """Calls `action` at the cancel request, at once if it is there already."""
        with self._lock:
            self._on_cancel = action
            due = self.cancelled
        if due:
            action()
