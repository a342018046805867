"""`athanor worker`"""

import click

from athanor.cli.environment import read_settings_with_databases
from athanor.cli.program_log import start_log
from athanor.settings import SettingsError


@click.command()
def worker() -> None:
    """Run one worker alone; as many as you like, on as many machines."""
    settings = read_settings_with_databases()
    from athanor.worker.main import work

    start_log()
    try:
        work(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
