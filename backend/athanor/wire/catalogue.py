"""What discovery found: one entry per experiment, one per module that could not be imported."""

from typing import Any, TypeAlias

from msgspec import Struct

from athanor.wire.status import RetryReason


class CatalogueEntry(Struct, kw_only=True, frozen=True, omit_defaults=True):
    """An experiment; or, with `error` set, why there is none.

    A broken module has its dotted name for `name` and no schemas. A duplicate name: every experiment of that name
    is listed, each with the same `error`. Schemas and defaults are plain JSON, in the order of the source.
    """

    name: str
    module: str
    title: str = ""
    description: str = ""
    config_schema: dict[str, Any] | None = None
    form_schema: dict[str, Any] | None = None
    defaults: dict[str, Any] | None = None
    source_hash: str | None = None
    """SHA-256 of the module's file; of all .py files of its folder, for a module in a package."""
    file: str | None = None
    """The module's own, on the host that found it."""
    queue: str = "default"
    timeout_s: float | None = None
    stalled_s: float | None = None
    memory_bytes: int | None = None
    retries: int = 0
    retry_on: tuple[RetryReason, ...] = ("lost",)
    backoff_s: float = 0.0
    tags: tuple[str, ...] = ()
    error: str | None = None
    traceback: str | None = None


class Catalogue(Struct, kw_only=True, frozen=True):
    """Everything one discovery found, and the environment that runs of it will have."""

    entries: list[CatalogueEntry]
    python: str
    packages: dict[str, str]
    """Installed distributions: name to version."""


class Importing(Struct, tag="importing", frozen=True):
    """The discovery child is about to import `module`: whatever happens next is that module's doing."""

    module: str


class Imported(Struct, tag="imported", frozen=True):
    """The import is over. `entries`: JSON of a list of CatalogueEntry (msgpack has no integers over 64 bits)."""

    module: str
    entries: bytes


class Environment(Struct, tag="environment", frozen=True):
    """The last message: every module is done."""

    python: str
    packages: dict[str, str]


FromDiscovery: TypeAlias = Importing | Imported | Environment
