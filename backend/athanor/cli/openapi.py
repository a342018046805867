"""`athanor openapi`: the API's description, written or compared."""

import difflib
from itertools import islice
from pathlib import Path

import click

from athanor.settings import Settings


@click.command(short_help="Print or check the API's description.")
@click.option("--write", type=click.Path(path_type=Path, dir_okay=False), help="Write the description to this file.")
@click.option(
    "--check", type=click.Path(path_type=Path, dir_okay=False), help="Fail if this file differs from the API."
)
def openapi(write: Path | None, check: Path | None) -> None:
    """Print the API's OpenAPI description, write it to a file, or check that a file still matches it."""
    from athanor.server.main import composed  # the web framework takes a second to load: only where it is needed

    text = composed(Settings()).openapi_json().decode()
    if write is not None:
        write.write_text(text, encoding="utf-8")
    if check is not None:
        held = check.read_text(encoding="utf-8") if check.exists() else ""
        if held != text:
            changes = difflib.unified_diff(
                held.splitlines(), text.splitlines(), str(check), "the API", lineterm="", n=1
            )
            for line in islice(changes, 40):
                click.echo(line, err=True)
            raise click.ClickException(
                f"{check} no longer describes the API. Run `make types` and commit what it writes."
            )
    if write is None and check is None:
        click.echo(text, nl=False)
