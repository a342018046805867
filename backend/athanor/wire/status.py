"""How a run stands and why it ended, as every part says it."""

from typing import Literal, TypeAlias

Status: TypeAlias = Literal["pending", "running", "completed", "failed", "cancelled"]

Reason: TypeAlias = Literal[
    "ok", "error", "reported", "exit", "timeout", "stalled", "lost", "interrupted", "user", "user_forced"
]
