"""`athanor cancel`"""

import click

from athanor.cli.api import open_api
from athanor.cli.find_run import find_run
from athanor.cli.follow import say_how_it_ended
from athanor.domain.runs.schemas import RunDetail


@click.command(short_help="Cancel a run.")
@click.argument("run_id")
@click.option("--force", is_flag=True, help="End it now, without the grace period.")
def cancel(run_id: str, force: bool) -> None:
    """Cancel a run: a pending one ends at once, a running one is asked, and ended by force after the grace period.

    RUN_ID is an id, the beginning of one, or last.
    """
    with open_api() as api:
        found = find_run(api, run_id)
        before = api.get(f"/runs/{found}", RunDetail)
        run = api.post(f"/runs/{found}/cancel", RunDetail, {"force": force})
    if before.completed_at is not None:
        click.echo("It was over already, nothing was changed:", err=True)
    if run.completed_at is not None:
        say_how_it_ended(run)
    else:
        click.echo(f"Run {run.number} of {run.experiment} is being cancelled.", err=True)
