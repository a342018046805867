"""`athanor restore`"""

from pathlib import Path

import click

from athanor.cli.environment import read_settings, refusing


@click.command(short_help="Put a backup in place of what the database holds.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--replace", is_flag=True, help="Give up the instances and runs that the database holds.")
def restore(file: Path, replace: bool) -> None:
    """Put the backup FILE in place of what the database holds: all of it, or, should it fail, nothing.

    Nothing else may work on the database: stop `athanor up`, or every server and worker, before.
    """
    settings = read_settings()
    from athanor.backup.programs import BackupError
    from athanor.backup.restore import restore as put_in_place
    from athanor.embedded.database import database_of
    from athanor.embedded.errors import StartError

    try:
        with refusing(), database_of(settings, make=True) as url:
            found = put_in_place(url, file.absolute(), replace=replace)
    except (BackupError, StartError) as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"Restored {found.instances} instances and {found.runs} runs.")
    if found.active:
        click.echo(
            f"{found.active} of the runs were not over when the backup was made: pending ones start, running ones end "
            "as lost (or try again) as soon as Athanor runs."
        )
