"""`athanor up`"""

import click

from athanor.cli.environment import read_settings, refusing


@click.command(short_help="Run everything on this machine.")
@click.option("--examples", is_flag=True, help="Seed example instances on an empty database and start the first run.")
@click.option("--reload", is_flag=True, help="Start the API server and the worker again when Athanor's code changes.")
def up(examples: bool, reload: bool) -> None:
    """Run everything here: PostgreSQL, Valkey, API server and worker. Ctrl-C stops it all."""
    settings = read_settings()
    from athanor.embedded.errors import StartError
    from athanor.embedded.up import Up, run
    from athanor.server.bind import secured

    with refusing():
        secured(settings)  # before anything is started
    try:
        run(Up(settings=settings, with_examples=examples, with_reload=reload))
    except StartError as error:
        raise click.ClickException(str(error)) from None
