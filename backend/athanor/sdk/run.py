"""`Run`: what an experiment reports through, and where it learns that it shall stop."""

import math
import operator
import time
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any, Generic, TypeVar

import msgspec

from athanor.sdk.channel import Channel
from athanor.sdk.clean import clean_json, clean_message
from athanor.sdk.entries import clean_metadata, is_short, log_entries, pack_entries
from athanor.sdk.errors import Cancelled, RunClosedError
from athanor.sdk.state import RunState
from athanor.wire import framing
from athanor.wire.reports import (
    LEVELS,
    MAX_ERROR_CHARACTERS,
    Checkpoint,
    Failed,
    Level,
    Log,
    Metric,
    Progress,
    Result,
    Verdict,
)
from athanor.wire.text import clean_text

C = TypeVar("C")
T = TypeVar("T")

_TRACK_INTERVAL_S = 0.05
_MAX_NAME_CHARACTERS = 1000
_INT_MIN, _INT_MAX = -(2**63), 2**63 - 1


class Run(Generic[C]):
    """One execution of an experiment. Safe to use from any thread; closed in forked processes.

    Every call writes its report to the worker's socket before it returns, and waits while that socket is full.
    """

    __slots__ = ("_channel", "_restored", "_send_frames", "_state", "attempt", "config", "id", "seed")

    def __init__(
        self,
        *,
        config: C,
        run_id: str,
        attempt: int,
        seed: int,
        channel: Channel,
        state: RunState,
        restored: str | None = None,
    ) -> None:
        self.config = config
        self.id = run_id
        self.attempt = attempt
        self.seed = seed
        self._channel = channel
        self._send_frames = channel.send_frames
        self._state = state
        self._restored = restored

    def log(self, level: Level, message: object, /, **metadata: object) -> None:
        """One log line; keywords become its metadata. Levels: debug, info, warn, error.

        Raises:
            ValueTooDeepError, ValueTooLargeError: the metadata cannot be stored.
            RunClosedError: in a forked process, or when the worker is gone.
        """
        if level not in LEVELS:
            raise ValueError(f"{level!r} is not a log level; use one of {', '.join(LEVELS)}")
        self._log(level, message, metadata)

    def debug(self, message: object, /, **metadata: object) -> None:
        self._log("debug", message, metadata)

    def info(self, message: object, /, **metadata: object) -> None:
        self._log("info", message, metadata)

    def warn(self, message: object, /, **metadata: object) -> None:
        self._log("warn", message, metadata)

    def error(self, message: object, /, **metadata: object) -> None:
        self._log("error", message, metadata)

    def _log(self, level: Level, message: object, metadata: dict[str, object]) -> None:
        text = clean_message(message)
        details = clean_metadata(metadata) if metadata else None
        now = time.time_ns() // 1000
        if is_short(text):
            self._send_frames((framing.pack(Log(now, level, text, details)),))
        else:
            self._send_frames(pack_entries(log_entries(now, level, text, details)))

    def log_batch(self, entries: Iterable[tuple[Level, object, Mapping[str, object] | None]], /) -> None:
        """Many log lines at once: `[(level, message, metadata or None), ...]`, kept together and in order."""
        now = time.time_ns() // 1000
        logs: list[Log] = []
        for place, entry in enumerate(entries):
            try:
                level, message, metadata = entry
            except (TypeError, ValueError):
                raise ValueError(f"entry {place} is not (level, message, metadata or None)") from None
            if level not in LEVELS:
                raise ValueError(f"entry {place}: {level!r} is not a log level; use one of {', '.join(LEVELS)}")
            if metadata is not None and not isinstance(metadata, Mapping):
                raise ValueError(f"entry {place}: the metadata must be a dict or None, not {type(metadata).__name__}")
            details = clean_metadata(metadata) if metadata else None
            logs += log_entries(now, level, clean_message(message), details)
        self._send_frames(pack_entries(logs))

    def result(self, key: str, value: object) -> None:
        """Keeps `value` under `key`; the same key may be given again, all are kept.

        Raises:
            ValueTooDeepError, ValueTooLargeError: the value cannot be stored.
        """
        name = _name("the key of a result", key)
        text = clean_json(value)
        self._send_frames((framing.pack(Result(time.time_ns() // 1000, name, text)),))

    def metric(self, name: str, value: float, step: int | None = None) -> None:
        """One point of the metric `name`: a number (NaN and infinities too), at an optional whole `step`."""
        label = _name("the name of a metric", name)
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise type(error)(f"the value of metric {label!r} must be a number: {error}") from None
        at = None if step is None else _whole(label, step)
        self._send_frames((framing.pack(Metric(time.time_ns() // 1000, label, number, at)),))

    def progress(self, current: float, total: float | None = None, message: str | None = None) -> None:
        """How far the run is. Only the newest counts; an infinite `total` means that it is not known."""
        done = float(current)
        if not math.isfinite(done):
            raise ValueError(f"progress must be a finite number, not {done}")
        whole = None if total is None or not math.isfinite(total) else float(total)
        text = None if message is None else clean_message(message)[:_MAX_NAME_CHARACTERS]
        self._send_frames((framing.pack(Progress(time.time_ns() // 1000, done, whole, text)),))

    def checkpoint(self, value: object) -> None:
        """Keeps `value` for a later attempt of this run, in place of any earlier one.

        Once it is stored, so is everything that was reported before it. It returns when the worker has it, like every
        call; should the worker die before it is stored, the next attempt finds the one before, whole.

        Raises:
            ValueTooDeepError, ValueTooLargeError: the value cannot be stored.
        """
        self._send_frames((framing.pack(Checkpoint(time.time_ns() // 1000, clean_json(value))),))

    @property
    def restored(self) -> Any:
        """The newest checkpoint that an earlier attempt of this run left, as JSON has it; None if there is none.
        Each access gives a copy of its own."""
        return None if self._restored is None else msgspec.json.decode(self._restored)

    def track(self, iterable: Iterable[T], total: float | None = None, message: str | None = None) -> Iterator[T]:
        """Passes the items on, reports progress (20 times a second at most), and stops the run once cancelled.

        Raises:
            Cancelled: between two items, after a cancel request.
        """
        if total is None and isinstance(iterable, Sized):
            total = len(iterable)
        state = self._state
        count, due = 0, 0.0
        self.raise_if_cancelled()
        self.progress(0, total, message)
        for item in iterable:
            if state.cancelled:
                self.raise_if_cancelled()
            yield item
            count += 1
            now = time.monotonic()
            if now >= due:
                self.progress(count, total, message)
                due = now + _TRACK_INTERVAL_S
        self.progress(count, total, message)
        self.raise_if_cancelled()

    @property
    def cancelled(self) -> bool:
        """Whether somebody asked the run to stop."""
        if self._channel.closed is not None:
            raise RunClosedError(self._channel.closed)
        return self._state.cancelled

    def raise_if_cancelled(self) -> None:
        """Raises Cancelled after a cancel request."""
        if self.cancelled:
            raise Cancelled("the run was cancelled")

    def fail(self, message: object) -> None:
        """Records that the run failed, and returns. The first of `fail` and `complete` counts."""
        now, error = time.time_ns() // 1000, clean_message(message)
        if self._record(Verdict(now, "reported", error)):
            self._send_frames((framing.pack(Failed(now, error[:MAX_ERROR_CHARACTERS])),))

    def complete(self) -> None:
        """Records that the run is complete, and returns. The first of `fail` and `complete` counts."""
        self._record(Verdict(time.time_ns() // 1000, "ok"))

    def _record(self, verdict: Verdict) -> bool:
        if self._channel.closed is not None:
            raise RunClosedError(self._channel.closed)
        return self._state.record(verdict)

    def __reduce__(self) -> Any:
        raise RunClosedError("a Run cannot be sent to another process: report from the process that Athanor started")


def _name(what: str, name: object) -> str:
    if not isinstance(name, str):
        raise TypeError(f"{what} must be text, not {type(name).__name__}")
    text = clean_text(str.__str__(name))
    if not 0 < len(text) <= _MAX_NAME_CHARACTERS:
        raise ValueError(f"{what} must have 1 to {_MAX_NAME_CHARACTERS} characters, not {len(text)}")
    return text


def _whole(name: str, step: object) -> int:
    try:
        whole = int(step) if isinstance(step, float) and step.is_integer() else operator.index(step)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"the step of metric {name!r} must be a whole number, not {step!r}") from None
    if not _INT_MIN <= whole <= _INT_MAX:
        raise ValueError(f"the step of metric {name!r} does not fit 64 bits")
    return whole
