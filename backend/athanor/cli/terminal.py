"""What goes to the terminal: colours by level and status, tables, and nobody else's control characters."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

LEVEL_STYLES = {"debug": "dim", "info": "default", "warn": "yellow", "error": "red"}
STATUS_STYLES = {"pending": "yellow", "running": "cyan", "completed": "green", "failed": "red", "cancelled": "magenta"}

Cell = str | Text

SHORT_ID = 18
"""So much of an id tells it from others; the commands take the beginning of one."""
_WIDE = 120
_FOLDED = {"NAME", "EXPERIMENT", "TITLE", "ERROR"}
"""Columns that give way where the terminal is narrow; all others stay whole."""


def is_terminal() -> bool:
    """Whether people look at the output, not a program."""
    return sys.stdout.isatty()


def note(text: str) -> None:
    """A sentence beside the output."""
    click.echo(text, err=True)


def harmless(text: str) -> str:
    """`text` without characters that would steer the terminal; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "".join(
        character if character.isprintable() or character in "\n\t" else _shown(character) for character in text
    )


def _shown(character: str) -> str:
    return chr(0x2400 + ord(character)) if ord(character) < 32 else "\ufffd"


def status_text(status: str) -> Text:
    return Text(status, style=STATUS_STYLES.get(status, "default"))


def show_table(names: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """A table for people; for programs a line per row, cells separated by tabs, without a heading."""
    if not is_terminal():
        for row in rows:
            click.echo("\t".join(str(cell).replace("\t", " ").replace("\n", " ") for cell in row))
        return
    console = Console(highlight=False)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold", no_wrap=name not in _FOLDED)
    id_length = 36 if console.width >= _WIDE else SHORT_ID
    for row in rows:
        cells = (cell[:id_length] if name == "ID" else cell for name, cell in zip(names, row, strict=True))
        table.add_row(*(Text(harmless(cell)) if isinstance(cell, str) else cell for cell in cells))
    console.print(table)


def ago(moment: datetime | None) -> str:
    """How long ago, in the largest unit that fits: `5 s`, `3 min`, `2 h`, `4 d`; `-` for never."""
    return "-" if moment is None else span((datetime.now(UTC) - moment).total_seconds())


def span(seconds: float) -> str:
    """A length of time, in the largest unit that fits."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit}"
    return f"{max(0, int(seconds))} s"
