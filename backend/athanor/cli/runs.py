"""`athanor runs`"""

from datetime import UTC, datetime
from typing import get_args

import click

from athanor.cli.api import MAX_ITEMS, Listing, open_api
from athanor.cli.terminal import ago, note, show_table, span, status_text
from athanor.domain.runs.schemas import Run
from athanor.wire.status import Status


@click.command(short_help="List runs, the newest first.")
@click.option(
    "--status", type=click.Choice(get_args(Status)), multiple=True, help="Only runs that stand so; repeat for more."
)
@click.option("--experiment", metavar="NAME", help="Only runs of this experiment.")
@click.option("--search", "-q", metavar="TEXT", help="Text in the instance's name, experiment, error or id.")
@click.option("--limit", type=click.IntRange(1, MAX_ITEMS), default=20, show_default=True, help="How many at most.")
def runs(status: tuple[str, ...], experiment: str | None, search: str | None, limit: int) -> None:
    """List runs, the newest first."""
    with open_api() as api:
        page = api.get("/runs", Listing[Run], status=list(status) or None, experiment=experiment, q=search, limit=limit)
    rows = [
        (
            str(run.id),
            run.experiment,
            str(run.number),
            status_text(run.status),
            run.reason or _progress(run),
            _took(run),
            ago(run.created_at),
        )
        for run in page.items
    ]
    show_table(("ID", "EXPERIMENT", "NUMBER", "STATUS", "DETAIL", "TOOK", "AGE"), rows)
    if page.total is not None and page.total > len(rows):
        note(f"{page.total - len(rows)} older ones; --limit shows more.")


def _progress(run: Run) -> str:
    if run.status == "pending" and run.waiting is not None:
        return f"{run.waiting.ahead} ahead" if run.waiting.workers else "no worker"
    if run.progress is None or not run.progress.total:
        return "-"
    return f"{run.progress.current / run.progress.total:.0%}"


def _took(run: Run) -> str:
    if run.started_at is None:
        return "-"
    return span(((run.completed_at or datetime.now(UTC)) - run.started_at).total_seconds())
