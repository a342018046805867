"""What people do with instances. Nothing here commits: the unit of work does, and then the outbox leaves."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import UNSET
from sqlalchemy import ColumnElement, Text, cast, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from athanor.db.base import new_id
from athanor.db.session import Database, Unit
from athanor.domain.errors import Conflict, FieldError, Invalid, NotFound
from athanor.domain.experiments import words
from athanor.domain.experiments.service import CheckedConfig, check_config, fault_of, find
from athanor.domain.instances import models, repository
from athanor.domain.instances.events import InstanceCreated, InstanceUpdated
from athanor.domain.instances.schemas import CreateInstance, Instance, UpdateInstance
from athanor.domain.paging import Keyset, Moment, Order, Page, bad_parameter, check_limit
from athanor.domain.paging import Text as AnyText
from athanor.wire import topics
from athanor.wire.status import Status

_INSTANCE = models.Instance
_ORDER = Keyset(
    columns={
        "active_at": (_INSTANCE.active_at, Moment),
        "created_at": (_INSTANCE.created_at, Moment),
        "updated_at": (_INSTANCE.updated_at, Moment),
        "name": (func.lower(_INSTANCE.name), AnyText),
    },
    key=_INSTANCE.id,
    key_type=UUID,
)


async def list_instances(
    session: AsyncSession,
    *,
    q: str | None,
    experiment: str | None,
    status: Sequence[Status],
    tag: Sequence[str],
    sort: str,
    order: Order,
    cursor: str | None,
    limit: int,
) -> Page[Instance]:
    """Instances that fit every given filter: `status` as `repository.stands`, `tag` all tags that must be there."""
    check_limit(limit)
    conditions: list[ColumnElement[bool]] = []
    if q:
        places = (
            _INSTANCE.name,
            _INSTANCE.description,
            _INSTANCE.experiment,
            func.array_to_string(_INSTANCE.tags, " "),
            cast(_INSTANCE.id, Text),
        )
        conditions.append(or_(*[place.icontains(q, autoescape=True) for place in places]))
    if experiment is not None:
        conditions.append(_INSTANCE.experiment == experiment)
    if status:
        conditions.append(repository.stands(status))
    if any("\0" in each for each in tag):
        raise bad_parameter("tag", words.phrase("nul"))
    if tag:
        conditions.append(_INSTANCE.tags.contains(list(tag)))
    query = repository.selection().where(*conditions)
    rows = (await session.execute(_ORDER.apply(query, sort=sort, order=order, cursor=cursor, limit=limit))).all()
    counting = select(func.count()).select_from(_INSTANCE).where(_INSTANCE.deleted_at.is_(None), *conditions)
    return Page(
        items=[repository.to_instance(row) for row in rows[:limit]],
        next_cursor=_ORDER.next_cursor(rows, sort=sort, order=order, limit=limit),
        total=(await session.execute(counting)).scalar_one(),
    )


async def get_instance(session: AsyncSession, instance_id: UUID) -> Instance:
    """Raises NotFound."""
    found = await repository.load(session, [instance_id])
    if not found:
        raise NotFound(f"There is no instance {instance_id}.")
    return found[0]


async def create_instance(unit: Unit, wish: CreateInstance) -> Instance:
    """An instance with a complete config and the schema it was checked against.

    Raises:
        Conflict: the experiment is broken.
        Invalid: an unknown experiment, or faults of the config; each is named.
    """
    checked = await _checked(unit.session, wish.experiment, wish.config)
    instance = _INSTANCE(
        id=new_id(),
        name=wish.name.strip(),
        description=wish.description,
        experiment=wish.experiment,
        config=checked.complete,
        config_schema=checked.schema,
        tags=_distinct(wish.tags),
    )
    unit.session.add(instance)
    await unit.session.flush()
    created = await get_instance(unit.session, instance.id)
    unit.outbox.changed([topics.instance(created.id), topics.INSTANCES], InstanceCreated(created))
    return created


async def update_instance(unit: Unit, instance_id: UUID, wish: UpdateInstance) -> Instance:
    """Changes the given fields; a given config replaces the old one. Runs made before keep theirs.

    Raises:
        NotFound: no such instance.
        Conflict: a config is given, and the experiment is gone or broken.
        Invalid: faults of the config; each is named.
    """
    instance = await get_instance(unit.session, instance_id)
    values: dict[str, Any] = {}
    if wish.name is not UNSET:
        values["name"] = wish.name.strip()
    if wish.description is not UNSET:
        values["description"] = wish.description
    if wish.tags is not UNSET:
        values["tags"] = _distinct(wish.tags)
    if wish.config is not UNSET:
        checked = await _checked(unit.session, instance.experiment, wish.config, known=True)
        values |= {"config": checked.complete, "config_schema": checked.schema}
    if not values:
        return instance
    now = func.clock_timestamp()
    changed = await unit.session.execute(
        update(_INSTANCE)
        .where(_INSTANCE.id == instance_id, _INSTANCE.deleted_at.is_(None))
        .values(**values, version=_INSTANCE.version + 1, updated_at=now, active_at=now)
        .returning(_INSTANCE.id)
        .execution_options(synchronize_session=False)
    )
    if changed.first() is None:
        raise NotFound(f"There is no instance {instance_id}.")
    instance = await get_instance(unit.session, instance_id)
    unit.outbox.changed([topics.instance(instance_id), topics.INSTANCES], InstanceUpdated(instance))
    return instance


async def _checked(
    session: AsyncSession, experiment: str, config: dict[str, Any], *, known: bool = False
) -> CheckedConfig:
    """The config, complete and without a fault. `known`: the experiment was there before, so the request is not to
    blame for its absence."""
    entry = await find(session, experiment)
    if entry is None and known:
        raise Conflict(f"The experiment {experiment!r} is not in the catalogue: no worker offers it.")
    if entry is None:
        message = f"is not in the catalogue: there is no experiment {experiment!r}"
        raise Invalid("The instance cannot be created.", [FieldError("/experiment", message)])
    if (reason := fault_of(entry)) is not None:
        detail = f"The experiment {experiment!r} cannot be used: {reason}"
        raise Conflict(detail, [FieldError("/experiment", f"cannot be used: {reason}")])
    checked = await check_config(entry, config)
    if checked.errors:
        found = [FieldError("/config" + fault.path, fault.message) for fault in checked.errors]
        raise Invalid("The config does not fit the experiment.", found)
    return checked


async def faults_of_config(database: Database, body: Any, path: Mapping[str, Any]) -> list[FieldError]:
    """The faults of `config` in a body that has others, so that all are told at once; of an unknown experiment too.

    `path`: the address's parameters; with an `instance_id`, that instance's experiment is meant.
    """
    if not isinstance(body, dict) or not isinstance(config := body.get("config", {}), dict):
        return []
    async with database.read() as session:
        try:
            instance_id = path.get("instance_id")
            known = None if instance_id is None else (await get_instance(session, instance_id)).experiment
            if isinstance(experiment := known or body.get("experiment"), str) and experiment:
                await _checked(session, experiment, config, known=known is not None)
        except (Conflict, Invalid, NotFound) as error:
            return list(error.errors)
    return []


def _distinct(tags: Sequence[str]) -> list[str]:
    """Trimmed, each once, in the order given."""
    return list(dict.fromkeys(tag.strip() for tag in tags))
