"""`athanor backup`"""

from pathlib import Path

import click

from athanor.cli.environment import read_settings, refusing


@click.command(short_help="Write everything the database holds to a file.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write everything the database holds to FILE, as of one moment, while everything goes on running.

    It is a dump in PostgreSQL's custom format, readable by its owner alone; `athanor restore` takes it.
    """
    settings = read_settings()
    from athanor.backup.backup import back_up
    from athanor.backup.programs import BackupError
    from athanor.checks.disk import in_bytes
    from athanor.embedded.database import database_of
    from athanor.embedded.errors import StartError

    try:
        with refusing(), database_of(settings) as url:
            made = back_up(url, file.absolute())
    except (BackupError, StartError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{file}: {in_bytes(made.size_bytes)}, tables at {made.schema}.")
