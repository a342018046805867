"""`athanor prune`"""

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from athanor.cli.environment import read_settings, refusing
from athanor.domain.runs.retention import Extent, Rule, extent_of, prune_chunk
from athanor.durations import duration_s

if TYPE_CHECKING:
    from athanor.db.session import Database


class Age(click.ParamType[float]):
    """A duration, with its unit: a bare number would be seconds, and nobody means that here."""

    name = "age"

    def convert(self, value: object, parameter: click.Parameter | None, context: click.Context | None) -> float:
        text = str(value).strip()
        try:
            if text[-1:].isdigit():
                raise ValueError
            return duration_s(text)
        except ValueError:
            self.fail(f"{text!r} is no age; write it like 90d, 12h or 30m", parameter, context)


@click.command(short_help="Remove old runs.")
@click.option("--older-than", type=Age(), required=True, help="Runs that ended longer ago than this, like 90d.")
@click.option("--keep-tag", multiple=True, metavar="TAG", help="Keep runs of instances with this tag; may be repeated.")
@click.option(
    "--status",
    multiple=True,
    type=click.Choice(["completed", "failed", "cancelled"]),
    help="Only runs that ended so; may be repeated. All of them if not given.",
)
@click.option("--yes", is_flag=True, help="Do it. Without this, it is only said what would go.")
def prune(older_than: float, keep_tag: tuple[str, ...], status: tuple[str, ...], yes: bool) -> None:
    """Remove runs that ended long ago, with their logs, results and metrics. Says what would go; --yes does it.

    Instances stay, and so does every run that is not over.
    """
    settings = read_settings()
    rule = Rule(older_than_s=older_than, keep_tags=keep_tag)
    if status:
        rule = Rule(older_than_s=older_than, keep_tags=keep_tag, statuses=status)  # type: ignore[arg-type]
    from athanor.db.migrate import require_current
    from athanor.embedded.database import database_of
    from athanor.embedded.errors import StartError
    from athanor.embedded.find import running_valkey

    try:
        with refusing(), database_of(settings) as url:
            require_current(url)
            asyncio.run(_prune(settings.redis_url or running_valkey(settings.data_dir), url, rule, yes=yes))
    except StartError as error:
        raise click.ClickException(str(error)) from None


async def _prune(redis_url: str | None, url: str, rule: Rule, *, yes: bool) -> None:
    from athanor.db.session import Database, Outbox
    from athanor.live.publisher import Publisher

    publisher = None if redis_url is None else Publisher(redis_url)

    async def to_nobody(outbox: Outbox) -> None:
        """Without Redis there is no open page to tell."""

    database = Database(url, to_nobody if publisher is None else publisher.deliver, application="athanor prune")
    try:
        async with database.read() as session:
            extent = await extent_of(session, rule)
        click.echo(_in_words(extent, yes=yes))
        if yes and extent.runs:
            await _remove(database, rule, extent)
    finally:
        await database.close()
        if publisher is not None:
            await publisher.close()


async def _remove(database: "Database", rule: Rule, extent: Extent) -> None:
    from athanor.domain.runs.sweeper import sweep_entries

    removed = 0
    while True:
        async with database.unit() as unit:
            count = await prune_chunk(unit, rule, extent.before)
        if not count:
            break
        removed += count
        click.echo(f"{removed} of {extent.runs} runs removed", err=True)
    # The API server's sweeper does the same; there may be none.
    while await sweep_entries(database):
        pass
    click.echo(f"Removed {removed} runs.")


def _in_words(extent: Extent, *, yes: bool) -> str:
    if not extent.runs:
        return f"No run that ended before {_moment(extent.before)} fits; nothing to remove."
    assert extent.oldest is not None
    assert extent.newest is not None
    verb = "Removing" if yes else "Would remove"
    return (
        f"{verb} {_many(extent.runs, 'run')} of {_many(extent.instances, 'instance')}, "
        f"with {_many(extent.logs, 'log line')}, {_many(extent.results, 'result')} and "
        f"{_many(extent.metrics, 'metric point')}.\n"
        f"The oldest ended {_moment(extent.oldest)}, the newest {_moment(extent.newest)}."
        + ("" if yes else "\nNothing was removed; --yes does it. `athanor backup` first keeps a copy.")
    )


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
