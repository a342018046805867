"""What the API and the event stream say about runs."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from athanor.domain.json_fields import Config, Environment, JsonSchema, Timestamp
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


class Attempt(Struct, kw_only=True):
    """One try at a run. `ended_at` and `reason` are null while it runs. `logs`, `results` and `metrics`: the offsets
    at which each stream went on when it began."""

    number: int
    worker_id: UUID | None
    started_at: Timestamp | None
    ended_at: Timestamp | None
    reason: Reason | None
    error: str | None
    traceback: str | None
    logs: int
    results: int
    metrics: int

    example: ClassVar[dict[str, Any]] = {
        "number": 1,
        "worker_id": "0199c2ea-0b1c-7d2e-9f30-415263748596",
        "started_at": "2026-11-23T09:30:00.120000Z",
        "ended_at": None,
        "reason": None,
        "error": None,
        "traceback": None,
        "logs": 0,
        "results": 0,
        "metrics": 0,
    }


class Run(Struct, kw_only=True):
    """One execution of an instance. `heartbeat_age_ms` and `stalls_at` are null unless running, `waiting` and
    `not_before` null unless pending."""

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
    retries: Annotated[int, Meta(description="How many new attempts may follow the first")]
    not_before: Annotated[Timestamp | None, Meta(description="No worker starts its next attempt earlier")]
    stalls_at: Annotated[
        Timestamp | None, Meta(description="When its silence will end it; null while it shows signs of life")
    ]
    worker_id: UUID | None
    heartbeat_age_ms: int | None
    waiting: Waiting | None
    created_at: Timestamp
    started_at: Annotated[Timestamp | None, Meta(description="When its newest attempt began")]
    completed_at: Timestamp | None
    cancel_requested_at: Timestamp | None
    counts: Counts
    version: Annotated[int, Meta(description="Grows with every visible change; ignore what is older")]

    example: ClassVar[dict[str, Any]] = {
        "id": "0199c2f0-7c6e-7cc2-9a3e-0d6f1b2c3d4e",
        "number": 3,
        "instance_id": "0199c2ef-11aa-7b0e-8a51-5f0e9a7b6c5d",
        "experiment": "coin_flip",
        "queue": "default",
        "status": "running",
        "reason": None,
        "error": None,
        "traceback": None,
        "progress": {"current": 120, "total": 500, "message": "flipping"},
        "attempt": 1,
        "retries": 0,
        "not_before": None,
        "stalls_at": None,
        "worker_id": "0199c2ea-0b1c-7d2e-9f30-415263748596",
        "heartbeat_age_ms": 800,
        "waiting": None,
        "created_at": "2026-11-23T09:30:00.000000Z",
        "started_at": "2026-11-23T09:30:00.120000Z",
        "completed_at": None,
        "cancel_requested_at": None,
        "counts": {"logs": {"debug": 0, "info": 2, "warn": 0, "error": 0}, "results": 0, "metrics": 120},
        "version": 7,
    }


class RunDetail(Run, kw_only=True):
    """A run with its frozen config, the environment recorded at its start, and its attempts, the newest last.
    `config_schema` and `source_hash`: those of the experiment when the run was created."""

    config: Config
    config_schema: JsonSchema
    source_hash: str | None
    environment: Environment
    attempts: list[Attempt]

    example: ClassVar = {
        **Run.example,
        "config": {"flips": 500, "bias": 0.5},
        "config_schema": {"type": "object", "properties": {"flips": {"type": "integer"}, "bias": {"type": "number"}}},
        "source_hash": "5d1f3b0c",
        "environment": {"host": "lab-1", "python": "3.11.7", "git_commit": None, "packages": {"numpy": "2.3.5"}},
        "attempts": [Attempt.example],
    }


class RunProgress(Struct, kw_only=True):
    """Event `progress`: counts and progress of a running run, at most twice a second."""

    id: UUID
    progress: Progress | None
    counts: Counts
    version: int


class StartRun(Struct, kw_only=True, forbid_unknown_fields=True):
    """`config` replaces the instance's config for this run alone."""

    config: Annotated[dict[str, Any] | None, Meta(description="null or absent: the instance's own")] = None

    example: ClassVar = {"config": {"flips": 1000}}


class CancelRun(Struct, kw_only=True, forbid_unknown_fields=True):
    """`force` ends the run without the grace period."""

    force: bool = False

    example: ClassVar = {"force": True}
