"""May this server listen where its settings say? Beyond loopback only with a token and a public URL."""

import os
import secrets
import socket
from ipaddress import IPv6Address, ip_address
from pathlib import Path

from msgspec.structs import replace

from athanor.server.authorities import authorities
from athanor.settings import Settings, SettingsError

MIN_TOKEN_LENGTH = 16
MAX_TOKEN_LENGTH = 4096


def secured(settings: Settings) -> Settings:
    """The settings with the token `auto` replaced by the generated one.

    Raises:
        SettingsError: a bind beyond loopback without token or public URL, a token that is easily guessed or cannot be
            sent in a header, a public URL that is none; says what to set.
    """
    authorities(settings)
    token = _generated_token(settings.token_file) if settings.makes_token else settings.token
    if token is not None:
        _check_token(token)
    if not is_loopback(settings.host):
        missing = []
        if token is None:
            missing.append(
                f"ATHANOR_TOKEN to a secret of at least {MIN_TOKEN_LENGTH} characters (or to auto: one is made "
                f"and kept in {settings.token_file})"
            )
        if not settings.public_urls:
            missing.append("ATHANOR_PUBLIC_URL to the address people open, like https://athanor.example.org")
        if missing:
            raise SettingsError(
                f"ATHANOR_HOST={settings.host} can be reached from other machines. Set {' and '.join(missing)}; or "
                "leave ATHANOR_HOST at 127.0.0.1."
            )
    return replace(settings, token=token)


def is_loopback(host: str) -> bool:
    """Whether every address that `host` stands for is loopback.

    Raises:
        SettingsError: `host` is no address and no name that resolves.
    """
    try:
        found = socket.getaddrinfo(host or None, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise SettingsError(
            f"ATHANOR_HOST={host} is neither an address nor a name that resolves; the default is 127.0.0.1"
        ) from None
    return all(_is_loopback_address(str(address[0])) for *_, address in found)


def _is_loopback_address(text: str) -> bool:
    address = ip_address(text.partition("%")[0])
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return (mapped or address).is_loopback


def _check_token(token: str) -> None:
    if not MIN_TOKEN_LENGTH <= len(token) <= MAX_TOKEN_LENGTH:
        raise SettingsError(
            f"ATHANOR_TOKEN must have at least {MIN_TOKEN_LENGTH} characters (at most {MAX_TOKEN_LENGTH}); "
            "`openssl rand -hex 24` makes a good one, and the value auto has one made"
        )
    if not all("!" <= character <= "~" for character in token):
        raise SettingsError("ATHANOR_TOKEN may hold visible ASCII characters only: letters, digits, punctuation")


def _generated_token(path: Path) -> str:
    """The token in `path`, made there on first use. Processes that start at once agree on one."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(32))
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"ATHANOR_TOKEN=auto: the token cannot be kept in {path}: {error}") from None


def _write_once(path: Path, token: str) -> None:
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(token + "\n")
        os.link(draft, path)  # fails, unlike a rename, where another process was first
    except FileExistsError:
        pass
    finally:
        draft.unlink()
