"""`athanor migrate`"""

import click

from athanor.cli.environment import read_settings


@click.command(short_help="Bring the database to this version's tables.")
def migrate() -> None:
    """Bring the database to this version's tables; does nothing when it is there."""
    settings = read_settings()
    if settings.database_url is None:
        raise click.ClickException("Set ATHANOR_DATABASE_URL, or use `athanor up`, which migrates its own database.")
    from athanor.db.migrate import upgrade

    upgrade(settings.database_url)
