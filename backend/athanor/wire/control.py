"""Orders: from a worker to its child, and from the API server to a worker."""

from typing import TypeAlias
from uuid import UUID

from msgspec import Struct


class Assignment(Struct, tag="assignment", kw_only=True, frozen=True):
    """The first message to a child: what to run. `config` is the frozen config as JSON text."""

    run_id: str
    attempt: int
    seed: int
    module: str
    experiment: str
    config: str
    folders: list[str]
    """Absolute experiment folders, to append to the import path."""
    restored: str | None = None
    """The newest checkpoint of an earlier attempt as JSON text."""


class Cancel(Struct, tag="cancel", frozen=True):
    """A person wants the run to stop: `run.cancelled` turns true."""


ToChild: TypeAlias = Assignment | Cancel


class CancelRun(Struct, tag="cancel_run", frozen=True):
    """API server -> worker: the run's row holds a cancel request; `force` skips the grace period."""

    run_id: UUID
    force: bool = False


ToWorker: TypeAlias = CancelRun
