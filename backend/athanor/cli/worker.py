"""`athanor worker`"""

import click

from athanor.cli.environment import log_to_stderr, read_settings_with_databases, refusing


@click.command(short_help="Run one worker alone.")
def worker() -> None:
    """Run one worker alone; as many as you like, on as many machines."""
    settings = read_settings_with_databases()
    from athanor.worker.main import work

    log_to_stderr()
    with refusing():
        work(settings)
