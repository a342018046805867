"""The settings of a command, or a clear refusal."""

import click

from athanor.settings import Settings, SettingsError


def read_settings() -> Settings:
    """Raises click.ClickException for a setting that cannot be used."""
    try:
        return Settings.from_environment()
    except SettingsError as error:
        raise click.ClickException(str(error)) from None


def read_settings_with_databases() -> Settings:
    """For commands that bring no databases of their own."""
    settings = read_settings()
    missing = [
        name
        for name, value in (("ATHANOR_DATABASE_URL", settings.database_url), ("ATHANOR_REDIS_URL", settings.redis_url))
        if value is None
    ]
    if missing:
        raise click.ClickException(
            f"Set {' and '.join(missing)}, or use `athanor up`, which brings PostgreSQL and Valkey of its own."
        )
    return settings
