"""Log lines as text: coloured for people, whole for programs."""

from datetime import datetime

import msgspec
from rich.text import Text

from athanor.cli.terminal import LEVEL_STYLES, harmless
from athanor.domain.logs.schemas import LogLine


def plain_line(line: LogLine) -> str:
    """As in a download: `2026-01-31T12:00:00.000000Z #1 INFO  message {"key": 1}`."""
    metadata = "" if line.metadata is None else f" {_json(line.metadata)}"
    return f"{line.timestamp:%Y-%m-%dT%H:%M:%S.%f}Z #{line.attempt} {line.level.upper():5} {line.message}{metadata}"


def coloured_line(line: LogLine) -> Text:
    """Local time of day, attempt if it is not the first, level, message and metadata."""
    style = LEVEL_STYLES[line.level]
    text = Text()
    text.append(_time_of_day(line.timestamp), style="dim")
    if line.attempt > 1:
        text.append(f" #{line.attempt}", style="dim")
    text.append(f" {line.level.upper():5} ", style=f"bold {style}")
    text.append(harmless(line.message), style=style)
    if line.metadata is not None:
        text.append(f" {harmless(_json(line.metadata))}", style="dim")
    return text


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _time_of_day(moment: datetime) -> str:
    local = moment.astimezone()
    return f"{local:%H:%M:%S}.{local.microsecond // 1000:03}"
