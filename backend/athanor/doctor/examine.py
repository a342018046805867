"""All of the doctor's looks, in the order in which one thing needs the other."""

import asyncio
from collections.abc import Iterator

from athanor.doctor.databases import look_at_databases
from athanor.doctor.experiments import look_at_experiments
from athanor.doctor.findings import Finding, problem, without_secrets
from athanor.doctor.machine import (
    look_at_data_folder,
    look_at_git,
    look_at_page,
    look_at_programs,
    look_at_settings,
)
from athanor.doctor.server import look_at_server
from athanor.settings import Settings, SettingsError


def examine() -> list[Finding]:
    """What is seen of the Athanor that the environment names."""
    try:
        settings = Settings.from_environment()
    except SettingsError as error:
        return [problem("settings", str(error))]
    return without_secrets(_look(settings), settings)


def _look(settings: Settings) -> Iterator[Finding]:
    yield from look_at_settings(settings)
    yield from look_at_data_folder(settings)
    yield from look_at_programs(settings)
    yield from look_at_server(settings)
    yield from asyncio.run(look_at_databases(settings))
    yield from asyncio.run(look_at_experiments(settings))
    yield from look_at_page()
    yield from look_at_git()
