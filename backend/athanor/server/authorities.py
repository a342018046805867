"""Under which names this server may be addressed: the exact Host and Origin values it accepts."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from msgspec import Struct

from athanor.settings import Settings, SettingsError

_DEFAULT_PORTS = {"http": 80, "https": 443}


class Authorities(Struct, frozen=True):
    """`hosts` are values of the Host header in lower case, `origins` of the Origin header.

    `secure_hosts`: those of `hosts` that browsers reach by TLS, and by nothing else.
    """

    hosts: frozenset[str]
    origins: frozenset[str]
    secure_hosts: frozenset[str] = frozenset()


def authorities(settings: Settings) -> Authorities:
    """Loopback with the port, and the public URLs.

    Raises:
        SettingsError: a public URL that is none.
    """
    names = ["127.0.0.1", "localhost", "[::1]"]
    if (own := _loopback_literal(settings.host)) is not None:
        names.append(own)
    by_scheme: dict[str, set[str]] = {"http": set(), "https": set()}
    origins: set[str] = set()
    for scheme, name, port in [
        *(("http", name, settings.port) for name in names),
        *(map(_public, settings.public_urls)),
    ]:
        usual = _DEFAULT_PORTS[scheme] == port
        by_scheme[scheme] |= {f"{name}:{port}", *({name} if usual else ())}
        origins.add(f"{scheme}://{name}" if usual else f"{scheme}://{name}:{port}")
    plain, secure = frozenset(by_scheme["http"]), frozenset(by_scheme["https"])
    return Authorities(plain | secure, frozenset(origins), secure - plain)


def _loopback_literal(host: str) -> str | None:
    try:
        address = ip_address(host)
    except ValueError:
        return None
    return (f"[{address}]" if address.version == 6 else str(address)) if address.is_loopback else None


def _public(url: str) -> tuple[str, str, int]:
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS[parts.scheme]
        name = parts.hostname or ""
        plain = parts.path in ("", "/") and not (parts.query or parts.fragment or parts.username or parts.password)
        if not (plain and name.isascii() and name and not set(name) & set(' <>"\\^`{|}%*')):
            raise ValueError
    except (ValueError, KeyError):
        raise SettingsError(
            f"ATHANOR_PUBLIC_URL: {url!r} must be scheme and name as in a browser's address bar, without a path: "
            "https://athanor.example.org or http://10.0.0.5:4000 (several: separated by commas)"
        ) from None
    return parts.scheme, f"[{name}]" if ":" in name else name, port
