"""Reading the catalogue, and checking configs against it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Raw, Struct
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.base import to_json
from athanor.domain.errors import Conflict, FieldError, NotFound
from athanor.domain.experiments import models
from athanor.domain.experiments.config import complete, faults
from athanor.domain.experiments.schemas import ConfigCheck, Experiment


class CheckedConfig(Struct, frozen=True, kw_only=True):
    """`complete` is the config with its defaults filled in; `errors` names every fault, by JSON Pointer within it."""

    complete: Raw
    schema: Raw
    errors: list[FieldError]


async def list_experiments(session: AsyncSession) -> list[Experiment]:
    """The whole catalogue by name; broken modules are in it, with the reason."""
    rows = await session.execute(select(models.Experiment).order_by(models.Experiment.name))
    return [_view(row) for row in rows.scalars()]


async def get_experiment(session: AsyncSession, name: str) -> Experiment:
    """Raises NotFound."""
    return _view(await _entry(session, name))


async def validate(entry: models.Experiment, config: object) -> ConfigCheck:
    """Whether runs of a usable experiment would take the config."""
    found = await check_config(entry, config)
    return ConfigCheck(valid=not found.errors, errors=found.errors)


async def find(session: AsyncSession, name: str) -> models.Experiment | None:
    """The catalogue's entry of this name."""
    return None if "\0" in name else await session.get(models.Experiment, name)


async def usable(session: AsyncSession, name: str) -> models.Experiment:
    """Raises NotFound for an unknown experiment, Conflict for one that cannot be used."""
    entry = await _entry(session, name)
    if (reason := fault_of(entry)) is not None:
        raise Conflict(f"The experiment {name!r} cannot be used: {reason}")
    return entry


def fault_of(entry: models.Experiment) -> str | None:
    """Why an entry of the catalogue is no experiment that can be run."""
    if entry.error is not None:
        return entry.error
    return "it has no config schema" if entry.config_schema is None else None


async def check_config(entry: models.Experiment, config: object) -> CheckedConfig:
    """Completes and checks a config in a thread: a large one takes its time."""
    assert entry.config_schema is not None
    return await asyncio.to_thread(_check, entry.config_schema, entry.defaults, config)


def _check(schema_json: Raw, defaults_json: Raw | None, config: object) -> CheckedConfig:
    schema = msgspec.json.decode(schema_json)
    defaults = msgspec.json.decode(defaults_json) if defaults_json is not None else {}
    if isinstance(config, Mapping):
        config = complete(schema, defaults, config)
    found = faults(schema, config)
    return CheckedConfig(complete=Raw(b"") if found else to_json(config), schema=schema_json, errors=found)


async def _entry(session: AsyncSession, name: str) -> models.Experiment:
    entry = await find(session, name)
    if entry is None:
        raise NotFound(f"There is no experiment {name!r} in the catalogue.")
    return entry


def _view(row: models.Experiment) -> Experiment:
    fields: dict[str, Any] = {name: getattr(row, name) for name in Experiment.__struct_fields__}
    return Experiment(**fields)
