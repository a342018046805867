"""How a run's function ended, as the verdict to send."""

import time
import traceback
from types import TracebackType

from athanor.sdk.clean import clean_message
from athanor.sdk.errors import Cancelled
from athanor.wire.reports import MAX_ERROR_CHARACTERS, Verdict

_MAX_TRACEBACK_CHARACTERS = 256 * 1024
_OWN_PREFIXES = ("athanor.child.", "athanor.sdk.", "importlib.", "asyncio.")
_OWN_NAMES = ("__main__", "importlib")


def ok() -> Verdict:
    return Verdict(time.time_ns() // 1000, "ok")


def cancelled() -> Verdict:
    return Verdict(time.time_ns() // 1000, "user")


def clipped(verdict: Verdict) -> Verdict:
    """`verdict` with texts of bearable length: an error's beginning, a traceback's end."""
    error, trace = verdict.error, verdict.traceback
    if error is not None and len(error) > MAX_ERROR_CHARACTERS:
        error = error[:MAX_ERROR_CHARACTERS] + "…"
    if trace is not None and len(trace) > _MAX_TRACEBACK_CHARACTERS:
        trace = "…" + trace[-_MAX_TRACEBACK_CHARACTERS:]
    return Verdict(verdict.at_us, verdict.reason, error, trace)


def failed(error: BaseException) -> Verdict:
    """The verdict of an exception; needs little memory when memory is what has run out."""
    try:
        shown = describe(error)
        trace = clean_message("".join(traceback.format_exception(trimmed(error))))
    except Exception:
        error.__traceback__ = None  # lets go of the frames and whatever fills them
        shown, trace = type(error).__name__, None
    return clipped(Verdict(time.time_ns() // 1000, "error", shown, trace))


def describe(error: BaseException) -> str:
    """One line or more: the exception's type and its text."""
    kind = type(error).__qualname__
    text = clean_message(error)
    return f"{kind}: {text}" if text else kind


def trimmed(error: BaseException) -> BaseException:
    """`error` without the frames of ours that led into the experiment's code."""
    return error.with_traceback(_first_foreign(error.__traceback__) or error.__traceback__)


def _first_foreign(trace: TracebackType | None) -> TracebackType | None:
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        if name not in _OWN_NAMES and not name.startswith(_OWN_PREFIXES):
            break
        trace = trace.tb_next
    return trace


def is_cancellation(error: BaseException, kinds: tuple[type[BaseException], ...] = (Cancelled,)) -> bool:
    """Whether `error` only says that the run was cancelled; a group counts when all of it does."""
    if isinstance(error, BaseExceptionGroup):
        return all(is_cancellation(part, kinds) for part in error.exceptions)
    return isinstance(error, kinds)
