"""The command line: one module per command, which imports what is heavy when it is called."""

import click

from athanor import __version__
from athanor.cli.init import init
from athanor.cli.migrate import migrate
from athanor.cli.openapi import openapi
from athanor.cli.server import server
from athanor.cli.up import up
from athanor.cli.worker import worker


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="athanor")
def main() -> None:
    """A self-hosted experiment harness for Python.

    Settings are environment variables, ATHANOR_PORT and the like: see the README.
    """


for command in (up, server, worker, migrate, init, openapi):
    main.add_command(command)
