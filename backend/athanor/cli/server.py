"""`athanor server`"""

import click

from athanor.cli.environment import read_settings_with_databases, refusing
from athanor.process_log import log_to_stderr


@click.command(short_help="Run the API server alone.")
def server() -> None:
    """Run the API server alone, for a deployment with databases of its own."""
    settings = read_settings_with_databases()
    from athanor.server.main import serve

    log_to_stderr(settings.log_format)
    with refusing():
        serve(settings)
