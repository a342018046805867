"""`athanor token`"""

import os

import click

from athanor.cli.environment import read_settings, refusing
from athanor.server.sign_in.token_file import read_token, renewed_token


@click.command(short_help="Print the token that Athanor made.")
@click.option("--new", is_flag=True, help="Make another one: who signed in with the old one is signed out at once.")
def token(new: bool) -> None:
    """Print the token that the server made (ATHANOR_TOKEN=auto), for signing in on its page or for ATHANOR_TOKEN."""
    settings = read_settings()
    if settings.token is not None and not settings.makes_token:
        raise click.ClickException(
            "ATHANOR_TOKEN is set here, so the server makes none: its value is the token. To change it, set another "
            "one and start the server again; or set ATHANOR_TOKEN=auto."
        )
    path = settings.token_file
    if new:
        with refusing():
            click.echo(renewed_token(path))
        click.echo(f"Kept in {path}. Servers take it over within seconds and end what the old one opened.", err=True)
        return
    try:
        click.echo(read_token(path))
    except FileNotFoundError:
        raise click.ClickException(
            f"No token was made yet: {path} is not there. Start the server with ATHANOR_TOKEN=auto, or, if its data "
            "are in another folder, set ATHANOR_DATA_DIR to that."
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it holds no token"
        owner = "" if not path.exists() else f" It belongs to user {os.stat(path).st_uid}."
        raise click.ClickException(f"{path} cannot be read: {reason}.{owner}") from None
