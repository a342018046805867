"""The command line: one module per command, imported when it is called."""

from importlib import import_module

import click

from athanor import __version__

# In the order of the help page.
_COMMANDS = (
    "up",
    "server",
    "worker",
    "migrate",
    "token",
    "doctor",
    "backup",
    "restore",
    "prune",
    "init",
    "run",
    "experiments",
    "instances",
    "runs",
    "logs",
    "cancel",
    "openapi",
)


class Commands(click.Group):
    """A group whose commands live in modules of their names."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command = getattr(import_module(f"athanor.cli.{cmd_name}"), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="athanor")
def main() -> None:
    """A self-hosted experiment harness for Python.

    Settings are environment variables, ATHANOR_PORT and the like: see the README.
    """
