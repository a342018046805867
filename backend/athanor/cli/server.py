"""`athanor server`"""

import click

from athanor.cli.environment import log_to_stderr, read_settings_with_databases, refusing


@click.command(short_help="Run the API server alone.")
def server() -> None:
    """Run the API server alone, for a deployment with databases of its own."""
    settings = read_settings_with_databases()
    from athanor.server.main import serve

    log_to_stderr()
    with refusing():
        serve(settings)
