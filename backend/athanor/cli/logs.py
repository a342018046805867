"""`athanor logs`"""

import click

from athanor.cli.api import Api, open_api
from athanor.cli.find_run import find_run
from athanor.cli.follow import show
from athanor.cli.view import View
from athanor.domain.logs.schemas import LogPage
from athanor.wire.reports import LEVELS, Level

PAGE = 1000


@click.command()
@click.argument("run_id")
@click.option("--follow", "-f", is_flag=True, help="Go on until the run is over. Ctrl-C leaves; the run goes on.")
@click.option("--level", type=click.Choice(LEVELS), default="debug", help="Only lines of this level and above.")
@click.option("--after", type=click.IntRange(min=-1), default=-1, metavar="OFFSET", help="Only lines behind this one.")
def logs(run_id: str, follow: bool, level: Level, after: int) -> None:
    """Print the log of a run.

    RUN_ID is an id, the beginning of one, or last.
    """
    with open_api() as api:
        found = find_run(api, run_id)
        if follow:
            show(api, found, after=after, level=level)
        else:
            _print(api, f"/runs/{found}/logs", level, after)


def _print(api: Api, path: str, level: Level, after: int) -> None:
    with View(bar=False) as view:
        while True:
            page = api.get(path, LogPage, after=after, limit=PAGE, level=level)
            view.show_lines(page.items)
            if len(page.items) < PAGE or page.next_cursor is None:
                return
            after = page.next_cursor
