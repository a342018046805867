"""`athanor server`"""

import click

from athanor.cli.environment import read_settings_with_databases
from athanor.cli.program_log import start_log
from athanor.settings import SettingsError


@click.command()
def server() -> None:
    """Run the API server alone, for a deployment with databases of its own."""
    settings = read_settings_with_databases()
    from athanor.server.main import serve

    start_log()
    try:
        serve(settings)
    except SettingsError as error:
        raise click.ClickException(str(error)) from None
