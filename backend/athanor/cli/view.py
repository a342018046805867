"""What following a run shows: lines as they come, and on a terminal a bar below them."""

from collections.abc import Sequence
from types import TracebackType

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.text import Text

from athanor.cli.log_lines import coloured_line, plain_line
from athanor.cli.terminal import STATUS_STYLES, harmless, is_terminal, note
from athanor.domain.logs.schemas import LogLine
from athanor.domain.runs import schemas
from athanor.wire.status import Status

_TOGETHER = 200


class View:
    """A context manager: the bar leaves with it. Without `bar`, or where no person looks, there is none."""

    def __init__(self, *, bar: bool = True) -> None:
        self._console = Console(highlight=False, markup=False, soft_wrap=True) if is_terminal() else None
        self._wants_bar = bar
        self._bar: Progress | None = None
        self._task = TaskID(0)
        self._noted: set[str] = set()

    def __enter__(self) -> "View":
        if self._console is not None and self._wants_bar:
            self._bar = Progress(
                SpinnerColumn(),
                TextColumn("{task.fields[status]}"),
                BarColumn(),
                TextColumn("{task.fields[done]}"),
                TextColumn("{task.description}"),
                TimeElapsedColumn(),
                console=self._console,
                transient=True,
                refresh_per_second=8,
            )
            self._task = self._bar.add_task("", total=None, status="", done="")
            self._bar.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()

    def show_lines(self, lines: Sequence[LogLine]) -> None:
        """Above the bar, if there is one."""
        if self._console is None:
            for line in lines:
                click.echo(plain_line(line), color=True)  # as it was written, colours too
            return
        for start in range(0, len(lines), _TOGETHER):  # drawing the bar anew for each line would be slow
            together = Text("\n").join(coloured_line(line) for line in lines[start : start + _TOGETHER])
            self._console.print(together)

    def show_state(self, status: Status | None, progress: schemas.Progress | None) -> None:
        """`status` None: as it was."""
        if self._bar is None:
            return
        if status is not None:
            self._bar.update(self._task, status=f"[{STATUS_STYLES[status]}]{status}[/]")
        if progress is not None:
            total = progress.total
            done = f"{progress.current:,.10g}" + ("" if total is None else f" of {total:,.10g}")
            message = harmless(progress.message or "").replace("[", "\\[")
            self._bar.update(self._task, completed=progress.current, total=total, description=message, done=done)

    def note(self, text: str, *, once: bool = False) -> None:
        """A sentence beside the lines; `once`: not again."""
        if once and text in self._noted:
            return
        self._noted.add(text)
        if self._bar is None or self._console is None:
            note(text)
        else:
            self._console.print(Text(harmless(text), style="dim"))
