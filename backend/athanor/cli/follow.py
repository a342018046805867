"""Following a run on the terminal until it is over, with Ctrl-C for cancelling it."""

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from uuid import UUID

import click

from athanor.cli.api import Api, Failed
from athanor.cli.stream import Connected, Ended, Gone, Lines, Lost, RunStream
from athanor.cli.terminal import harmless, note
from athanor.cli.view import View
from athanor.domain.runs.events import RunProgressed, RunUpdated
from athanor.domain.runs.schemas import Run, RunDetail
from athanor.wire.reports import LEVELS, Level

EXIT_CODES = {"completed": 0, "failed": 1, "cancelled": 130}
LEFT = 130


class Interrupts:
    """Counts Ctrl-C; the second one raises KeyboardInterrupt."""

    def __init__(self) -> None:
        self.count = 0

    @contextmanager
    def caught(self) -> Iterator[None]:
        def count(_number: int, _frame: FrameType | None) -> None:
            self.count += 1
            if self.count > 1:
                raise KeyboardInterrupt

        before = signal.signal(signal.SIGINT, count)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)


def follow_to_the_end(api: Api, run_id: UUID) -> int:
    """Shows the run's lines and progress; Ctrl-C cancels it and goes on until its end, twice leaves it.

    Returns the exit code: 0 completed, 1 failed, 130 cancelled or left.
    """
    interrupts = Interrupts()
    asked = False

    def look_around() -> None:
        nonlocal asked
        if interrupts.count and not asked:
            asked = True
            note("Cancelling; Ctrl-C again leaves the run to itself.")
            try:
                api.post(f"/runs/{run_id}/cancel", RunDetail)
            except Failed as error:
                note(f"Not cancelled: {error.message}")

    try:
        with interrupts.caught():
            run = show(api, run_id, look_around=look_around)
    except KeyboardInterrupt:
        note(f"Left. `athanor logs {run_id} --follow` goes on; `athanor cancel {run_id}` ends it.")
        return LEFT
    return EXIT_CODES[run.status]


def show(
    api: Api,
    run_id: UUID,
    *,
    after: int = -1,
    level: Level = "debug",
    look_around: Callable[[], None] = lambda: None,
) -> Run:
    """Shows lines behind `after`, of `level` and above, and progress until the run is over; the run as it ended.

    Raises:
        Failed: the run was deleted, or the server is away for long.
    """
    lowest = LEVELS.index(level)
    version, seen, waits = 0, False, False
    with View() as view:
        for happening in RunStream(api, run_id, after=after).follow():
            look_around()
            match happening:
                case Lines(lines=lines):
                    view.show_lines([line for line in lines if LEVELS.index(line.level) >= lowest])
                case Connected():
                    run: Run = api.get(f"/runs/{run_id}", RunDetail)
                    version, seen = max(version, run.version), True
                    show_run(view, run)
                    if run.waiting is not None and run.waiting.workers == 0 and not waits:
                        waits = True
                        view.note(f"No live worker offers {run.experiment} on the queue {run.queue}: the run waits.")
                case RunUpdated(data=run) if run.version > version:
                    version = run.version
                    show_run(view, run)
                case RunProgressed(data=moved) if moved.version > version:
                    version = moved.version
                    view.show_state(None, moved.progress)
                case Lost(why=why):
                    view.note(f"The connection was lost ({why}); connecting again.", once=True)
                case Gone():
                    raise Failed("The run was deleted." if seen else f"There is no run {run_id}.")
                case Ended():
                    break
                case _:
                    pass
    run = api.get(f"/runs/{run_id}", RunDetail)
    say_how_it_ended(run)
    return run


def show_run(view: View, run: Run) -> None:
    """How it stands; between two attempts also that another one comes."""
    view.show_state(run.status, run.progress)
    if run.status == "pending" and run.attempt > 0:
        view.note(f"Attempt {run.attempt} of {run.retries + 1} ended; another one follows.", once=True)


def say_how_it_ended(run: Run) -> None:
    """One sentence for a run that is over."""
    reason = f" ({run.reason})" if run.reason not in (None, "ok") else ""
    error = f": {harmless(run.error)}" if run.error else ""
    click.echo(f"Run {run.number} of {run.experiment} {run.status}{reason}{error}", err=True)
