"""Every setting of Athanor: environment variables named `ATHANOR_*`, read once, checked, named in errors."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec import Struct, field

from athanor.durations import duration_s

SHORTEST_LEASE_S = 2.0


class SettingsError(ValueError):
    """A setting that cannot be used; says which, why, and what would do."""


class Settings(Struct, kw_only=True, frozen=True):
    """Durations are seconds, paths absolute."""

    host: str = "127.0.0.1"
    port: int = 4000
    data_dir: Path = field(default_factory=lambda: Path(".athanor").absolute())
    experiments: tuple[Path, ...] = field(default_factory=lambda: (Path("experiments").absolute(),))
    database_url: str | None = None
    redis_url: str | None = None
    queues: tuple[str, ...] = ("default",)
    slots: int = field(default_factory=lambda: os.cpu_count() or 1)
    cancel_grace_s: float = 10.0
    lease_s: float = 120.0
    drain_s: float = 10.0
    token: str | None = None
    public_urls: tuple[str, ...] = ()
    log_format: str = "text"
    """`text` or `json`."""
    url: str | None = None
    """Where commands find the API server; None: at `host` and `port`."""

    @property
    def makes_token(self) -> bool:
        """ATHANOR_TOKEN=auto: the API server makes a token and keeps it in `token_file`."""
        return self.token == "auto"  # noqa: S105 - a word, not a secret

    @property
    def token_file(self) -> Path:
        """Where the token that the API server made is kept; only its owner may read it."""
        return self.data_dir / "token"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises SettingsError for a value that cannot be used."""
        values: dict[str, object] = {}
        for variable, (name, read) in _VARIABLES.items():
            text = environment.get(variable, "").strip()
            if text:
                try:
                    values[name] = read(text)
                except ValueError as error:
                    shown = "" if name == "token" or name.endswith("_url") else f"={text}"
                    raise SettingsError(f"{variable}{shown}: {error}") from None
        return cls(**values)  # type: ignore[arg-type]


def _duration(text: str) -> float:
    try:
        return duration_s(text)
    except ValueError:
        raise ValueError("is not a duration; write it like 500ms, 10s, 5m, 2h or 1d") from None


def _lease(text: str) -> float:
    if (lease_s := _duration(text)) < SHORTEST_LEASE_S:
        raise ValueError(f"must be at least {SHORTEST_LEASE_S:g}s: a worker that is busy for a moment is not dead")
    return lease_s


def _paths(text: str) -> tuple[Path, ...]:
    return tuple(Path(part).expanduser().absolute() for part in text.split(":") if part)


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not re.fullmatch(r"\d{1,9}", text) or not low <= int(text) <= high:
            raise ValueError(f"must be a whole number from {low} to {high}")
        return int(text)

    return read


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _queues(text: str) -> tuple[str, ...]:
    for queue in _words(text):
        if not re.fullmatch(r"[A-Za-z0-9_.-]{1,64}", queue):
            raise ValueError(f"the queue name {queue!r} may hold letters, digits and _ . - only")
    return _words(text)


DATABASE_PARAMETERS = (
    "host", "port", "user", "password", "database", "passfile", "sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl",
    "target_session_attrs",
)  # fmt: skip


def _database_url(text: str) -> str:
    for scheme in ("postgresql+asyncpg://", "postgresql://", "postgres://"):
        if text.startswith(scheme):
            place, mark, query = text.removeprefix(scheme).partition("?")
            parts = [re.sub("^ssl=", "sslmode=", part) for part in query.split("&")]
            for name in (part.partition("=")[0] for part in parts if part):
                if name not in DATABASE_PARAMETERS:
                    known = ", ".join(DATABASE_PARAMETERS)
                    raise ValueError(f"has a parameter that Athanor does not know, {name!r}; it may have: {known}")
            return f"postgresql+asyncpg://{place}{mark}{'&'.join(parts)}"
    raise ValueError("must start with postgresql:// (or postgresql+asyncpg://)")


def _redis_url(text: str) -> str:
    if not text.startswith(("redis://", "rediss://", "unix://")):
        raise ValueError("must start with redis://, rediss:// or unix://")
    return text


def _server_url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/?#\s]+/?", text):
        raise ValueError("must be scheme and name, like https://athanor.example.org or http://10.0.0.5:4000")
    return text.rstrip("/")


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise ValueError("must be text or json")
    return text


def _path(text: str) -> Path:
    return Path(text).expanduser().absolute()


_VARIABLES: dict[str, tuple[str, Callable[[str], object]]] = {
    "ATHANOR_HOST": ("host", str),
    "ATHANOR_PORT": ("port", _whole(1, 65535)),
    "ATHANOR_DATA_DIR": ("data_dir", _path),
    "ATHANOR_EXPERIMENTS": ("experiments", _paths),
    "ATHANOR_DATABASE_URL": ("database_url", _database_url),
    "ATHANOR_REDIS_URL": ("redis_url", _redis_url),
    "ATHANOR_QUEUES": ("queues", _queues),
    "ATHANOR_SLOTS": ("slots", _whole(1, 1024)),
    "ATHANOR_CANCEL_GRACE": ("cancel_grace_s", _duration),
    "ATHANOR_LEASE": ("lease_s", _lease),
    "ATHANOR_DRAIN": ("drain_s", _duration),
    "ATHANOR_TOKEN": ("token", str),
    "ATHANOR_PUBLIC_URL": ("public_urls", _words),
    "ATHANOR_LOG_FORMAT": ("log_format", _log_format),
    "ATHANOR_URL": ("url", _server_url),
}
