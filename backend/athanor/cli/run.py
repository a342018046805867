"""`athanor run`"""

import difflib
import hashlib
import json
from pathlib import Path
from typing import Any

import click
import msgspec

from athanor.cli.api import Api, Failed, Listing, Refused, open_api, quoted
from athanor.cli.follow import follow_to_the_end
from athanor.cli.set_values import set_values
from athanor.cli.terminal import harmless, note
from athanor.domain.experiments.schemas import Experiment
from athanor.domain.instances.schemas import Instance
from athanor.domain.runs.schemas import RunDetail

LONGEST_NAME = 200


@click.command()
@click.argument("experiment")
@click.option(
    "--set",
    "assignments",
    metavar="KEY=VALUE",
    multiple=True,
    help="A value of the config: flips=500, model.trees=10, pairs.0.left=a. JSON, or plain text. Repeat for more.",
)
@click.option(
    "--config",
    "config_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A JSON file with the config; --set goes on top of it.",
)
@click.option(
    "--name",
    metavar="INSTANCE",
    help="The instance to run, created if there is none of this name. Of one that is there, values given here count "
    "for this run alone.",
)
@click.option("--follow", "-f", is_flag=True, help="Show log lines and progress until the run is over.")
def run(
    experiment: str, assignments: tuple[str, ...], config_file: Path | None, name: str | None, follow: bool
) -> None:
    """Start a run of EXPERIMENT.

    What is not given has its default. Without --name the instance is named after the experiment and the values given,
    and used again for the same ones. Prints the run's id.

    With --follow the exit code tells how the run ended: 0 completed, 1 failed, 130 cancelled. Ctrl-C cancels the run
    and goes on to its end; a second Ctrl-C leaves (130, too). 2 is any other failure of this command.
    """
    with open_api() as api:
        found = _experiment(api, experiment)
        schema = found.config_schema or {}
        config = _read(config_file) if config_file is not None else {}
        given = bool(assignments) or config_file is not None
        instance: Instance | None
        if name is None:
            config = set_values(config, assignments, schema)
            name = _name_after(experiment, config)
            instance = _find(api, name, experiment)
            instance = instance or _create(api, name, experiment, config)
            body = {"config": config}
        elif (instance := _find(api, name, experiment)) is not None:
            if config_file is None:
                config = msgspec.json.decode(instance.config)
            body = {"config": set_values(config, assignments, schema)} if given else {}
        else:
            instance = _create(api, name, experiment, set_values(config, assignments, schema))
            body = {}
        started = api.post(f"/instances/{instance.id}/runs", RunDetail, body)
        note(f"Run {started.number} of the instance {instance.name!r} started.")
        if not follow:
            click.echo(started.id)
            return
        raise SystemExit(follow_to_the_end(api, started.id))


def _experiment(api: Api, name: str) -> Experiment:
    try:
        found = api.get(f"/experiments/{quoted(name)}", Experiment)
    except Refused as error:
        if error.status != 404:
            raise
        names = [item.name for item in api.get("/experiments", Listing[Experiment]).items if item.error is None]
        if near := difflib.get_close_matches(name, names, n=3):
            hint = f" Did you mean {' or '.join(near)}?"
        else:
            hint = f" There is {', '.join(names[:10])}." if names else " The catalogue is empty: is a worker running?"
        raise Failed(f"There is no experiment {name!r}.{hint}") from None
    if found.error is not None:
        said = harmless(f"{found.error}\n{found.traceback or ''}".rstrip())
        raise Failed(f"The experiment {name!r} cannot be used: {said}")
    return found


def _read(path: Path) -> dict[str, Any]:
    try:
        config = msgspec.json.decode(path.read_bytes())
    except (OSError, UnicodeDecodeError, msgspec.MsgspecError) as error:
        raise Failed(f"{path} is no JSON: {error}") from None
    if not isinstance(config, dict):
        raise Failed(f"{path} must hold a JSON object: the config.")
    return config


def _name_after(experiment: str, config: dict[str, Any]) -> str:
    """`coin_flip flips=500 bias=0.3`; of a long one the beginning, and enough to tell it from others."""
    values = " ".join(f"{key}={_short(value)}" for key, value in sorted(config.items()))
    name = f"{experiment} {values}".strip()
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 12].rstrip()}... {digest}"


def _short(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _find(api: Api, name: str, experiment: str) -> Instance | None:
    """The instance of exactly this name where something happened last; says so where there are several."""
    found: list[Instance] = []
    cursor: str | None = None
    while True:
        page = api.get("/instances", Listing[Instance], q=name, experiment=experiment, limit=1000, cursor=cursor)
        found += [instance for instance in page.items if instance.name == name]
        cursor = page.next_cursor
        if cursor is None:
            break
    if len(found) > 1:
        note(f"{len(found)} instances are named {name!r}; this is the one used last, {found[0].id}.")
    return found[0] if found else None


def _create(api: Api, name: str, experiment: str, config: dict[str, Any]) -> Instance:
    return api.post("/instances", Instance, {"name": name, "experiment": experiment, "config": config})
