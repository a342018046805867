"""`athanor experiments`"""

import click

from athanor.cli.api import Listing, open_api, quoted
from athanor.cli.config_fields import fields_of
from athanor.cli.terminal import harmless, show_table
from athanor.domain.experiments.schemas import Experiment


@click.command(short_help="List the experiments that workers found.")
@click.argument("name", required=False)
def experiments(name: str | None) -> None:
    """List the experiments that workers found, or show the one called NAME with the fields of its config."""
    with open_api() as api:
        if name is not None:
            _show(api.get(f"/experiments/{quoted(name)}", Experiment))
            return
        found = api.get("/experiments", Listing[Experiment]).items
    rows = [
        (item.name, item.queue, item.title if item.error is None else f"cannot be used: {item.error}") for item in found
    ]
    show_table(("NAME", "QUEUE", "TITLE"), rows)


def _show(found: Experiment) -> None:
    click.echo(harmless(f"{found.name}: {found.title}" if found.title != found.name else found.name))
    for text in (found.description, found.error, found.traceback):
        if text:
            click.echo(f"\n{harmless(text)}")
    if found.config_schema is not None:
        click.echo("")
        show_table(("FIELD", "TYPE", "DEFAULT", "WHAT"), fields_of(found))
