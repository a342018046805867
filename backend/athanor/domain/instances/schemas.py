"""What the API and the event stream say about instances."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from athanor.domain.json_fields import Config, Timestamp
from athanor.wire.status import Status

Name = Annotated[str, Meta(max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$")]
Description = Annotated[str, Meta(max_length=10_000, pattern=r"^[^\x00]*$")]
Tag = Annotated[str, Meta(max_length=50, pattern=r"^[^\x00]*\S[^\x00]*$")]
Tags = Annotated[list[Tag], Meta(max_length=50)]


class RunCounts(Struct, kw_only=True):
    pending: int
    running: int
    completed: int
    failed: int
    cancelled: int
    total: int


class RecentRun(Struct, kw_only=True):
    id: UUID
    status: Status


class LastRun(Struct, kw_only=True):
    id: UUID
    number: int
    status: Status
    created_at: Timestamp
    started_at: Timestamp | None
    completed_at: Timestamp | None


class Instance(Struct, kw_only=True):
    """An experiment set up by a person. `recent_runs`: the newest ten, newest first."""

    id: UUID
    name: str
    description: str
    experiment: str
    config: Config
    tags: list[str]
    version: Annotated[int, Meta(description="Grows with every visible change; ignore what is older")]
    created_at: Timestamp
    updated_at: Timestamp
    active_at: Annotated[Timestamp, Meta(description="When it or one of its runs last changed")]
    run_counts: RunCounts
    last_run: LastRun | None
    recent_runs: list[RecentRun]

    example: ClassVar = {
        "id": "0199c2ef-11aa-7b0e-8a51-5f0e9a7b6c5d",
        "name": "Fair coin",
        "description": "",
        "experiment": "coin_flip",
        "config": {"flips": 500, "bias": 0.5},
        "tags": ["baseline"],
        "version": 4,
        "created_at": "2026-11-23T09:29:00.000000Z",
        "updated_at": "2026-11-23T09:29:00.000000Z",
        "active_at": "2026-11-23T09:30:00.120000Z",
        "run_counts": {"pending": 0, "running": 1, "completed": 2, "failed": 0, "cancelled": 0, "total": 3},
        "last_run": {
            "id": "0199c2f0-7c6e-7cc2-9a3e-0d6f1b2c3d4e",
            "number": 3,
            "status": "running",
            "created_at": "2026-11-23T09:30:00.000000Z",
            "started_at": "2026-11-23T09:30:00.120000Z",
            "completed_at": None,
        },
        "recent_runs": [{"id": "0199c2f0-7c6e-7cc2-9a3e-0d6f1b2c3d4e", "status": "running"}],
    }


class CreateInstance(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is missing from `config` is filled in from the schema's and the experiment's defaults."""

    name: Name
    experiment: Annotated[str, Meta(min_length=1, max_length=500, pattern=r"^[^\x00]*$")]
    description: Description = ""
    tags: Tags = []
    config: dict[str, Any] = {}

    example: ClassVar = {
        "name": "Fair coin",
        "experiment": "coin_flip",
        "description": "The smallest experiment there is",
        "tags": ["baseline"],
        "config": {"flips": 500},
    }


class UpdateInstance(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only the given fields change; a given `config` replaces the whole config."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    config: dict[str, Any] | UnsetType = UNSET

    example: ClassVar = {"name": "Loaded coin", "config": {"flips": 500, "bias": 0.7}}


class InstanceSize(Struct, kw_only=True):
    """What a deletion takes along."""

    runs: int
    active_runs: int
    logs: int
    results: int
    metrics: int

    example: ClassVar = {"runs": 3, "active_runs": 1, "logs": 1204, "results": 3, "metrics": 1500}
