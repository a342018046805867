"""How a run stands and why it ended, as every part says it."""

from typing import Literal, TypeAlias

Status: TypeAlias = Literal["pending", "running", "completed", "failed", "cancelled"]

RetryReason: TypeAlias = Literal["lost", "error", "exit", "timeout", "stalled", "interrupted"]
"""Why an attempt may have ended for a new one to follow: what a run or a person decided is final."""

Reason: TypeAlias = Literal[
    "ok", "error", "reported", "exit", "timeout", "stalled", "lost", "interrupted", "user", "user_forced"
]
