"""`athanor instances`"""

import click

from athanor.cli.api import MAX_ITEMS, Listing, open_api
from athanor.cli.terminal import ago, note, show_table, status_text
from athanor.domain.instances.schemas import Instance


@click.command(short_help="List instances.")
@click.option("--search", "-q", metavar="TEXT", help="Text in the name, description, experiment, tags or id.")
@click.option("--experiment", metavar="NAME", help="Only instances of this experiment.")
@click.option("--tag", metavar="TAG", multiple=True, help="Only with this tag; repeat for more.")
@click.option("--limit", type=click.IntRange(1, MAX_ITEMS), default=50, show_default=True, help="How many at most.")
def instances(search: str | None, experiment: str | None, tag: tuple[str, ...], limit: int) -> None:
    """List instances; those where something happened last come first."""
    with open_api() as api:
        page = api.get(
            "/instances", Listing[Instance], q=search, experiment=experiment, tag=list(tag) or None, limit=limit
        )
    rows = [
        (
            str(item.id),
            item.name,
            item.experiment,
            str(item.run_counts.total),
            "-" if item.last_run is None else status_text(item.last_run.status),
            ago(item.active_at),
        )
        for item in page.items
    ]
    show_table(("ID", "NAME", "EXPERIMENT", "RUNS", "LAST RUN", "ACTIVE"), rows)
    if page.total is not None and page.total > len(rows):
        note(f"{page.total - len(rows)} more; --limit shows more, --search narrows down.")
