"""`athanor worker`"""

import click

from athanor.cli.environment import read_settings_with_databases, refusing
from athanor.process_log import log_to_stderr


@click.command(short_help="Run one worker alone.")
@click.option("--check", is_flag=True, help="Start none: exit with 0 if a worker of this host is alive, else with 1.")
def worker(check: bool) -> None:
    """Run one worker alone; as many as you like, on as many machines."""
    settings = read_settings_with_databases()
    from athanor.worker.main import is_alive_here, work

    log_to_stderr(settings.log_format)
    with refusing():
        if not check:
            work(settings)
        elif not is_alive_here(settings):
            raise SystemExit(1)
