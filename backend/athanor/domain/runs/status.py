"""The one table that says which state of a run may follow which, and what each reason means."""

from typing import get_args

from athanor.wire.status import Reason, RetryReason, Status

STATUSES: tuple[Status, ...] = get_args(Status)
REASONS: tuple[Reason, ...] = get_args(Reason)
RETRY_REASONS: tuple[RetryReason, ...] = get_args(RetryReason)

ACTIVE: frozenset[Status] = frozenset({"pending", "running"})
TERMINAL: frozenset[Status] = frozenset({"completed", "failed", "cancelled"})

TRANSITIONS: dict[Status, frozenset[Status]] = {
    "pending": frozenset({"running", "cancelled"}),
    "running": frozenset({"completed", "failed", "cancelled", "pending"}),  # pending: a new attempt, or one never begun
    "completed": frozenset(),
    "failed": frozenset(),
    "cancelled": frozenset(),
}

STATUS_OF: dict[Reason, Status] = {
    "ok": "completed",
    "error": "failed",
    "reported": "failed",
    "exit": "failed",
    "timeout": "failed",
    "stalled": "failed",
    "lost": "failed",
    "interrupted": "failed",
    "user": "cancelled",
    "user_forced": "cancelled",
}


def sources(*targets: Status) -> tuple[Status, ...]:
    """The states a run may be in just before any one of `targets`."""
    return tuple(status for status in STATUSES if TRANSITIONS[status].issuperset(targets))
