"""`athanor worker`"""

import click

from athanor.cli.environment import read_settings_with_databases, refusing
from athanor.process_log import log_to_stderr


@click.command(short_help="Run one worker alone.")
def worker() -> None:
    """Run one worker alone; as many as you like, on as many machines."""
    settings = read_settings_with_databases()
    from athanor.worker.main import work

    log_to_stderr(settings.log_format)
    with refusing():
        work(settings)
