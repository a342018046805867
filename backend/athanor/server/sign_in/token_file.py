"""The token that Athanor makes (ATHANOR_TOKEN=auto), in a file for its owner alone."""

import os
import secrets
from pathlib import Path

from athanor.settings import SettingsError

MIN_TOKEN_LENGTH = 16
MAX_TOKEN_LENGTH = 4096


def check_token(token: str) -> None:
    """Raises SettingsError for a token that is easily guessed or cannot be sent in a header."""
    if not MIN_TOKEN_LENGTH <= len(token) <= MAX_TOKEN_LENGTH:
        raise SettingsError(
            f"ATHANOR_TOKEN must have at least {MIN_TOKEN_LENGTH} characters (at most {MAX_TOKEN_LENGTH}); "
            "`openssl rand -hex 24` makes a good one, and the value auto has one made"
        )
    if not all("!" <= character <= "~" for character in token):
        raise SettingsError("ATHANOR_TOKEN may hold visible ASCII characters only: letters, digits, punctuation")


def kept_token(path: Path) -> str:
    """The token in `path`, made there on first use. Processes that start at once agree on one.

    Raises:
        SettingsError: it cannot be read or made.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            draft = _draft(path)
            try:
                os.link(draft, path)  # fails, unlike a rename, where another process was first
            except FileExistsError:
                pass
            finally:
                draft.unlink()
        return read_token(path)
    except (OSError, UnicodeDecodeError) as error:
        raise _refusal(path, error) from None


def read_token(path: Path) -> str:
    """The token in `path`; takes the file from everybody but its owner. Raises OSError, UnicodeDecodeError."""
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)
    return path.read_text(encoding="ascii").strip()


def renewed_token(path: Path) -> str:
    """Another token, in the place of the one in `path` from one moment to the next.

    Raises:
        SettingsError: it cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = _draft(path)
        token = draft.read_text(encoding="ascii").strip()
        draft.replace(path)
    except OSError as error:
        raise _refusal(path, error) from None
    return token


def _draft(path: Path) -> Path:
    """A file beside `path` with a token that nobody has seen."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
        file.flush()
        os.fsync(descriptor)
    return draft


def _refusal(path: Path, error: Exception) -> SettingsError:
    return SettingsError(f"ATHANOR_TOKEN=auto: the token cannot be kept in {path}: {error}")
