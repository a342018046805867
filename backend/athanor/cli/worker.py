"""`athanor worker`"""

import click

from athanor.cli.environment import read_settings_with_databases


@click.command()
def worker() -> None:
    """Run one worker alone; as many as you like, on as many machines."""
    settings = read_settings_with_databases()
    from athanor.worker.main import work

    work(settings)
