"""What the API and the event stream say about instances."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from athanor.wire.status import Status

Name = Annotated[str, Meta(min_length=1, max_length=200, pattern=r"^[^\x00]*\S[^\x00]*$", examples=["Fair coin"])]
Description = Annotated[str, Meta(max_length=10_000, pattern=r"^[^\x00]*$")]
Tag = Annotated[str, Meta(min_length=1, max_length=50, pattern=r"^[^\x00]+$")]
Tags = Annotated[list[Tag], Meta(max_length=50, examples=[["baseline"]])]


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
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None


class Instance(Struct, kw_only=True):
    """An experiment set up by a person. `recent_runs`: the newest ten, newest first."""

    id: UUID
    name: str
    description: str
    experiment: str
    config: Raw
    tags: list[str]
    version: Annotated[int, Meta(description="Grows with every visible change; ignore what is older")]
    created_at: datetime
    updated_at: datetime
    active_at: Annotated[datetime, Meta(description="When it or one of its runs last changed")]
    run_counts: RunCounts
    last_run: LastRun | None
    recent_runs: list[RecentRun]


class CreateInstance(Struct, kw_only=True, forbid_unknown_fields=True):
    """What is missing from `config` is filled in from the schema's and the experiment's defaults."""

    name: Name
    experiment: Annotated[str, Meta(min_length=1, max_length=500, examples=["coin_flip"])]
    description: Description = ""
    tags: Tags = []
    config: Annotated[dict[str, Any], Meta(examples=[{"flips": 500}])] = {}


class UpdateInstance(Struct, kw_only=True, forbid_unknown_fields=True):
    """Only the given fields change; a given `config` replaces the whole config."""

    name: Name | UnsetType = UNSET
    description: Description | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    config: dict[str, Any] | UnsetType = UNSET


class InstanceSize(Struct, kw_only=True):
    """What a deletion takes along."""

    runs: int
    active_runs: int
    logs: int
    results: int
    metrics: int
