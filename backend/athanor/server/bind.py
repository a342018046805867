"""May this server listen where its settings say? Beyond loopback only with a token and a public URL."""

import socket
from ipaddress import IPv6Address, ip_address

from msgspec.structs import replace

from athanor.server.authorities import authorities
from athanor.server.sign_in.token_file import MIN_TOKEN_LENGTH, check_token, kept_token
from athanor.settings import Settings, SettingsError


def secured(settings: Settings) -> Settings:
    """The settings with the token `auto` replaced by the generated one.

    Raises:
        SettingsError: a bind beyond loopback without token or public URL, a token that is easily guessed or cannot be
            sent in a header, a public URL that is none; says what to set.
    """
    authorities(settings)
    token = kept_token(settings.token_file) if settings.makes_token else settings.token
    if token is not None:
        check_token(token)
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
