"""What the commands share: the settings, or a clear refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

import click

from athanor.settings import Settings, SettingsError


class UnusableSetting(click.ClickException):
    """A setting that cannot be used."""

    exit_code = 2


@contextmanager
def refusing() -> Iterator[None]:
    """Turns a SettingsError into one sentence and exit code 2, as for a wrong argument."""
    try:
        yield
    except SettingsError as error:
        raise UnusableSetting(str(error)) from None


def read_settings() -> Settings:
    """Raises click.ClickException for a setting that cannot be used."""
    with refusing():
        return Settings.from_environment()


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
