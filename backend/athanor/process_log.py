"""What a process of Athanor says about itself: its log, as text for people or as one JSON object a line.

`saying` names what the lines of a piece of work are about; tasks inherit it.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

_ABOUT: ContextVar[dict[str, str | int]] = ContextVar("about")
_TEXT = "%(levelname)s %(name)s: %(message)s"


def log_to_stderr(log_format: str) -> None:
    """Athanor's own lines from INFO, those of libraries from WARNING. `log_format`: `text` or `json`; to text whoever
    runs the process adds the time."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if log_format == "json" else logging.Formatter(_TEXT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    logging.getLogger("athanor").setLevel(logging.INFO)
    logging.captureWarnings(log_format == "json")


def about() -> dict[str, str | int]:
    """What is worked on here: any of run_id, attempt, worker_id, request_id."""
    return _ABOUT.get({})


def say_about(**fields: str | int) -> None:
    """From here on, in this task and in those it starts, lines are about `fields` too."""
    _ABOUT.set({**about(), **fields})


@contextmanager
def saying(**fields: str | int) -> Iterator[None]:
    """Lines are about `fields` too, until the block ends."""
    token = _ABOUT.set({**about(), **fields})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def log_line(moment: datetime, level: str, logger: str, message: str, **more: Any) -> str:
    """One line of a log in JSON, without a line end."""
    line = {"time": rfc3339(moment), "level": level, "logger": logger, "message": message, **more}
    return msgspec.json.encode(_storable(line)).decode()


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _storable(line: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
        for name, value in line.items()
    }


class JsonLines(logging.Formatter):
    """One object a line: time, level, logger, message, what it is about, and a traceback in one field."""

    def format(self, record: logging.LogRecord) -> str:
        more: dict[str, Any] = dict(about())
        if record.exc_info:
            more["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        moment = datetime.fromtimestamp(record.created, UTC)
        return log_line(moment, record.levelname.lower(), record.name, record.getMessage(), **more)
