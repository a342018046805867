"""What the doctor says: one finding for each thing it looked at."""

from collections.abc import Iterable
from typing import Literal, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from athanor.settings import Settings

State: TypeAlias = Literal["ok", "note", "problem"]
"""`note`: worth knowing, and nothing has to be done."""


class Finding(Struct, frozen=True):
    """`check` names what was looked at; `said` is what was seen and, for a problem, what to do."""

    check: str
    state: State
    said: str


def ok(check: str, said: str) -> Finding:
    return Finding(check, "ok", said)


def note(check: str, said: str) -> Finding:
    return Finding(check, "note", said)


def problem(check: str, said: str) -> Finding:
    return Finding(check, "problem", said)


def without_secrets(findings: Iterable[Finding], settings: Settings) -> list[Finding]:
    """The findings, with the token and the databases' passwords taken out, should an error have brought them along."""
    secrets = {settings.token if not settings.makes_token else None}
    for url in (settings.database_url, settings.redis_url):
        password = urlsplit(url).password if url else None
        secrets |= {password, unquote(password) if password else None}
    known = sorted((secret for secret in secrets if secret), key=len, reverse=True)

    def cleaned(text: str) -> str:
        for secret in known:
            text = text.replace(secret, "***")
        return text

    return [replace(finding, said=cleaned(finding.said)) for finding in findings]
