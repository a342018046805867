"""What the API and the event stream say about runs."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Raw, Struct

from athanor.wire.status import Reason, Status


class Progress(Struct, kw_only=True):
    """How far a run is; `total` and `message` are null where the experiment gave none."""

    current: float
    total: float | None
    message: str | None


class LevelCounts(Struct, kw_only=True):
    debug: int
    info: int
    warn: int
    error: int


class Counts(Struct, kw_only=True):
    """Exact numbers of entries in a run's streams."""

    logs: LevelCounts
    results: int
    metrics: int


class Waiting(Struct, kw_only=True):
    """Why a pending run has not started: `ahead` pending runs of its queue come first; `workers` live workers serve
    its queue and offer its experiment."""

    ahead: int
    workers: int


class Run(Struct, kw_only=True):
    """One execution of an instance. `heartbeat_age_ms` is null unless running, `waiting` null unless pending."""

    id: UUID
    number: Annotated[int, Meta(description="Counts the runs of one instance: 1, 2, ...")]
    instance_id: UUID
    experiment: str
    queue: str
    status: Status
    reason: Reason | None
    error: str | None
    traceback: str | None
    progress: Progress | None
    attempt: Annotated[int, Meta(description="0 until the first worker takes it")]
    worker_id: UUID | None
    heartbeat_age_ms: int | None
    waiting: Waiting | None
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    cancel_requested_at: datetime | None
    counts: Counts
    version: Annotated[int, Meta(description="Grows with every visible change; ignore what is older")]


class RunDetail(Run, kw_only=True):
    """A run with its frozen config and the environment recorded at its start."""

    config: Raw
    environment: Raw | None


class RunProgress(Struct, kw_only=True):
    """Event `progress`: counts and progress of a running run, at most twice a second."""

    id: UUID
    progress: Progress | None
    counts: Counts
    version: int


class Deleted(Struct, kw_only=True):
    """What the events `run.deleted` and `instance.deleted` carry."""

    id: UUID
    version: int


class StartRun(Struct, kw_only=True, forbid_unknown_fields=True):
    """`config` replaces the instance's config for this run alone."""

    config: dict[str, Any] | None = None


class CancelRun(Struct, kw_only=True, forbid_unknown_fields=True):
    """`force` ends the run without the grace period."""

    force: bool = False
