"""What reaches the run's log by itself: stdout, stderr, `warnings`, `logging`, exceptions of threads."""

import faulthandler
import logging
import threading
import time
import traceback
import warnings
from typing import TextIO

from athanor.sdk.channel import Channel
from athanor.sdk.clean import clean_json, clean_message
from athanor.sdk.entries import log_entries, pack_entries
from athanor.sdk.errors import RunClosedError
from athanor.sdk.streams import capture_streams, writes_to_captured
from athanor.wire.reports import Level


def capture_everything(channel: Channel) -> None:
    """Installs all of it in this process. Fatal signals leave their Python traceback on descriptor 2."""
    capture_streams(channel)
    _Warnings(channel).install()
    _Logging(channel).install()
    _ThreadExceptions(channel).install()
    try:
        faulthandler.enable(file=2)
    except (OSError, ValueError):
        pass  # descriptor 2 is closed: a fatal signal leaves no traceback


class _Notes:
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def note(self, level: Level, message: str, metadata: dict[str, object]) -> bool:
        """Whether the line went out; False in a forked process."""
        entries = log_entries(time.time_ns() // 1000, level, clean_message(message), clean_json(metadata))
        try:
            self._channel.send_frames(pack_entries(entries))
        except RunClosedError:
            return False
        return True


class _Warnings(_Notes):
    def install(self) -> None:
        self._original = warnings.showwarning
        warnings.showwarning = self._show

    def _show(
        self,
        message: Warning | str,
        category: type[Warning],
        filename: str,
        lineno: int,
        file: TextIO | None = None,
        line: str | None = None,
    ) -> None:
        details = {"source": "warnings", "category": category.__name__, "file": filename, "line": lineno}
        if file is not None or not self.note("warn", str(message), details):
            self._original(message, category, filename, lineno, file, line)


class _Logging(_Notes):
    """Stands where a handler of the root logger would, without being one: `logging.basicConfig` still works.

    A record arrives once, if it reaches the root logger or a handler that writes to a captured stream; such
    handlers are passed over, because the record has already arrived.
    """

    def install(self) -> None:
        self._formatter = logging.Formatter()
        if logging.root.level == logging.WARNING:
            logging.root.setLevel(logging.INFO)
        route = self.route
        logging.Logger.callHandlers = lambda self, record: route(self, record)  # type: ignore[method-assign]

    def route(self, logger: logging.Logger, record: logging.LogRecord) -> None:
        others: list[logging.Handler] = []
        streams: list[logging.Handler] = []
        node: logging.Logger | None = logger
        wanted = False
        while node is not None:
            for handler in node.handlers:
                if record.levelno >= handler.level:
                    ours = isinstance(handler, logging.StreamHandler) and writes_to_captured(handler.stream)
                    (streams if ours else others).append(handler)
            wanted = wanted or node.parent is None
            node = node.parent if node.propagate else None
        if (wanted or streams) and not self._note_record(record):
            others += streams or ([] if others or logging.lastResort is None else [logging.lastResort])
        for handler in others:
            handler.handle(record)

    def _note_record(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except Exception:
            message = f"{record.msg!r} with the arguments {record.args!r}, which do not fit it"
        if record.exc_info and record.exc_info[0] is not None:
            message = f"{message}\n{self._formatter.formatException(record.exc_info)}"
        if record.stack_info:
            message = f"{message}\n{record.stack_info}"
        return self.note(_level(record.levelno), message, {"source": "logging", "logger": record.name})


def _level(number: int) -> Level:
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    return "info" if number >= logging.INFO else "debug"


class _ThreadExceptions(_Notes):
    def install(self) -> None:
        self._original = threading.excepthook
        threading.excepthook = self._hook

    def _hook(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_type is SystemExit:
            return
        name = args.thread.name if args.thread is not None else "?"
        text = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)).rstrip()
        if not self.note("error", f"exception in thread {name}\n{text}", {"source": "thread", "thread": name}):
            self._original(args)
