"""What a child tells its worker: one report per call of the experiment, in the order of the calls.

Values arrive as JSON text that the child made storable (`athanor.wire.text`), so that the worker passes them on
to the ledger without decoding them. Times are microseconds since the Unix epoch, by the child's clock.
"""

from typing import Literal, TypeAlias

from msgspec import Struct

Level: TypeAlias = Literal["debug", "info", "warn", "error"]
LEVELS: tuple[Level, ...] = ("debug", "info", "warn", "error")

MAX_ERROR_CHARACTERS = 16 * 1024
"""So much of an error's text is kept."""

Source: TypeAlias = Literal["stdout", "stderr"]


class Ready(Struct, tag="ready", array_like=True, frozen=True):
    """The experiment's module is imported; user code starts now."""

    at_us: int


class Log(Struct, tag="log", array_like=True, frozen=True, gc=False):
    """One log line; `metadata` is a JSON object or None."""

    at_us: int
    level: Level
    message: str
    metadata: str | None = None


class LogBatch(Struct, tag="logs", array_like=True, frozen=True):
    """Lines of one `run.log_batch` call or of one message cut into several entries: consecutive offsets."""

    entries: list[Log]


class Output(Struct, tag="output", array_like=True, frozen=True, gc=False):
    """Bytes the experiment wrote to Python's stdout or stderr, as written: the worker makes lines of them."""

    at_us: int
    source: Source
    data: bytes


class Result(Struct, tag="result", array_like=True, frozen=True, gc=False):
    """One result; `value` is JSON text of any kind."""

    at_us: int
    key: str
    value: str


class Metric(Struct, tag="metric", array_like=True, frozen=True, gc=False):
    """One point of a metric; NaN and infinities are allowed."""

    at_us: int
    name: str
    value: float
    step: int | None = None


class Progress(Struct, tag="progress", array_like=True, frozen=True):
    """How far the run is. Only the newest counts."""

    at_us: int
    current: float
    total: float | None = None
    message: str | None = None


class Checkpoint(Struct, tag="checkpoint", array_like=True, frozen=True, gc=False):
    """Where a later attempt may go on; `value` is JSON text of any kind. Only the newest counts."""

    at_us: int
    value: str


class Verdict(Struct, tag="verdict", array_like=True, frozen=True):
    """How the experiment ended by its own account; the first verdict of a run counts.

    `ok`: returned, `complete` or exit code 0. `error`: raised. `reported`: `run.fail`. `user`: stopped for a
    cancel request.
    """

    at_us: int
    reason: Literal["ok", "error", "reported", "user"]
    error: str | None = None
    traceback: str | None = None


class Failed(Struct, tag="failed", array_like=True, frozen=True):
    """`run.fail` was called, and the experiment goes on: counts if it ends without getting to its verdict."""

    at_us: int
    error: str


Report: TypeAlias = Ready | Log | LogBatch | Output | Result | Metric | Progress | Checkpoint | Failed | Verdict
