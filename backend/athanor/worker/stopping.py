"""The road from a wish to stop to the end: ask, wait out the grace period, TERM, 2 s later KILL."""

import time
from collections.abc import Callable

from athanor.wire.status import Reason

KILL_AFTER_S = 2.0


class Stopping:
    """Where on that road a run is. Steps are taken by `advance`, which says when it wants to be called again."""

    def __init__(self, ask: Callable[[], None], terminate: Callable[[], None], kill: Callable[[], None]) -> None:
        self._ask, self._terminate, self._kill = ask, terminate, kill
        self.reason: Reason | None = None
        """Why the run is being stopped; the first wish counts."""
        self.forced = False
        """The process was sent TERM or KILL."""
        self._asked = False
        self._terminate_at: float | None = None
        self._kill_at: float | None = None
        self._killed = False

    def wish(self, reason: Reason, *, grace_s: float) -> None:
        """Wants the run to stop. A later wish with less grace shortens the road; none makes it longer."""
        self.reason = self.reason or reason
        terminate_at = time.monotonic() + grace_s
        if self._terminate_at is None or terminate_at < self._terminate_at:
            self._terminate_at = terminate_at

    def kill_now(self, reason: Reason) -> None:
        """Without asking."""
        self.reason = self.reason or reason
        self._terminate_at = self._kill_at = 0.0

    def advance(self) -> float | None:
        """Takes every step that is due; seconds until the next one, None when nothing is left to do."""
        now = time.monotonic()
        if self._terminate_at is None or self._killed:
            return None
        if not self._asked:
            self._asked = True
            self._ask()
        if now < self._terminate_at:
            return self._terminate_at - now
        self.forced = True
        if self._kill_at is None:
            self._kill_at = now + KILL_AFTER_S
            self._terminate()
        if now < self._kill_at:
            return self._kill_at - now
        self._killed = True
        self._kill()
        return None
