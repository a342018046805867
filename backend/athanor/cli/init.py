"""`athanor init`"""

from pathlib import Path

import click

_EXPERIMENT = '''"""A first experiment: estimate pi by throwing darts. Change it, copy it, delete it."""

import random
from typing import Annotated

from msgspec import Meta, Struct

from athanor import Run, experiment


class Config(Struct, kw_only=True, forbid_unknown_fields=True):
    """Every field becomes a field of the form, with its limits and its default."""

    darts: Annotated[int, Meta(ge=1, le=10_000_000, description="How many darts to throw")] = 100_000
    report_every: Annotated[int, Meta(ge=1, description="Darts between two points of the chart")] = 1_000


@experiment(title="Darts", timeout="10m")
def darts(run: Run[Config]) -> None:
    """Estimate pi from the share of random points that fall inside a circle."""
    dice = random.Random(run.seed)  # the same seed gives the same run
    inside = 0
    for thrown in run.track(range(1, run.config.darts + 1), message="throwing"):
        inside += dice.random() ** 2 + dice.random() ** 2 <= 1
        if thrown % run.config.report_every == 0:
            run.metric("pi", 4 * inside / thrown, step=thrown)
    estimate = 4 * inside / run.config.darts
    run.info("done", estimate=estimate)
    run.result("pi", {"estimate": estimate, "inside": inside, "darts": run.config.darts})
'''

_README = """# Experiments

Each Python file here may hold experiments: typed functions marked with `@experiment`. Athanor finds them, makes a form
of each config, and picks up your changes while it runs.

    ATHANOR_EXPERIMENTS={folder} athanor up
    athanor run darts --set darts=500000 --follow

`darts.py` is one to begin with. Data is kept in `.athanor`, in the folder where you start Athanor.
"""


@click.command(short_help="Make a folder with one experiment.")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
def init(folder: Path) -> None:
    """Make the folder DIR with one experiment and a README."""
    contents = {"darts.py": _EXPERIMENT, "README.md": _README.replace("{folder}", folder.name or ".")}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        taken = [name for name in contents if (folder / name).exists()]
        if taken:
            raise click.ClickException(f"{folder} has {' and '.join(taken)} already; nothing was changed.")
        for name, text in contents.items():
            with (folder / name).open("x") as file:
                file.write(text)
    except OSError as error:
        raise click.ClickException(f"{error.filename}: {error.strerror}") from None
    click.echo(f"{folder}: {', '.join(contents)}. Start with: ATHANOR_EXPERIMENTS={_quoted(folder)} athanor up")


def _quoted(folder: Path) -> str:
    import shlex

    return shlex.quote(str(folder))
