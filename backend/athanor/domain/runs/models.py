"""The run ledger: the wide row that is written a few times, and the narrow one that is written all the time."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, CheckConstraint, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from athanor.db.base import Base, new_id
from athanor.domain.runs.status import REASONS, STATUSES


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


class Run(Base):
    """What a run is, frozen at creation, and how it stands."""

    __tablename__ = "runs"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[int]
    instance_id: Mapped[UUID]
    experiment: Mapped[str]
    queue: Mapped[str]
    status: Mapped[str] = mapped_column(server_default="pending")
    reason: Mapped[str | None]
    error: Mapped[str | None]
    traceback: Mapped[str | None]
    config: Mapped[msgspec.Raw]
    config_schema: Mapped[msgspec.Raw]
    source_hash: Mapped[str | None]
    seed: Mapped[int] = mapped_column(BigInteger)
    timeout_s: Mapped[float | None]
    stalled_s: Mapped[float | None]
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    retries: Mapped[int] = mapped_column(server_default="0")
    retry_on: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{lost}")
    backoff_s: Mapped[float] = mapped_column(server_default="0")
    attempt: Mapped[int] = mapped_column(server_default="0")
    not_before: Mapped[datetime | None]
    """While pending: no worker takes it earlier."""
    worker_id: Mapped[UUID | None]
    """The worker of the newest attempt, kept after the end."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    started_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    cancel_requested_at: Mapped[datetime | None]
    cancel_forced: Mapped[bool] = mapped_column(server_default=text("false"))
    environment: Mapped[msgspec.Raw | None]

    __table_args__ = (
        CheckConstraint(_one_of("status", STATUSES), name="status"),
        CheckConstraint(_one_of("reason", REASONS), name="reason"),
        CheckConstraint(
            "(status IN ('pending', 'running')) = (reason IS NULL) AND (reason IS NULL) = (completed_at IS NULL)",
            name="one_ending",
        ),
        Index(None, "instance_id", "number", unique=True),
        Index("ix_runs_created_at", "created_at", "id"),
        Index("ix_runs_instance_status", "instance_id", "status"),
        Index("ix_runs_active", "status", "queue", "id", postgresql_where=text("status IN ('pending', 'running')")),
        Index("ix_runs_ended", "completed_at", postgresql_where=text("completed_at IS NOT NULL")),
    )


class Attempt(Base):
    """One try at a run; written with the change of the run's status that begins or ends it.

    `logs`, `results`, `metrics`: where each stream stood when it began, which says who wrote an entry.
    """

    __tablename__ = "attempts"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    worker_id: Mapped[UUID | None]
    started_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    error: Mapped[str | None]
    traceback: Mapped[str | None]
    logs: Mapped[int] = mapped_column(BigInteger, server_default="0")
    results: Mapped[int] = mapped_column(BigInteger, server_default="0")
    metrics: Mapped[int] = mapped_column(BigInteger, server_default="0")

    __table_args__ = (
        CheckConstraint(_one_of("reason", REASONS), name="reason"),
        CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", name="one_ending"),
    )


class Checkpoint(Base):
    """The newest checkpoint of a run, for its next attempt."""

    __tablename__ = "checkpoints"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt: Mapped[int]
    recorded_at: Mapped[datetime]
    value: Mapped[msgspec.Raw]


class DiscardedRun(Base):
    """A deleted run whose entries are still being removed."""

    __tablename__ = "discarded_runs"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)


class RunVitals(Base):
    """A run's lease, counters and progress: narrow, without an index on what changes, so that updates stay in place.

    While the run is running, `worker_id` and `attempt` are the fence of its only writer; otherwise `worker_id` is
    null and nobody may write.
    """

    __tablename__ = "run_vitals"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    worker_id: Mapped[UUID | None]
    attempt: Mapped[int] = mapped_column(server_default="0")
    heartbeat_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    logs_debug: Mapped[int] = mapped_column(BigInteger, server_default="0")
    logs_info: Mapped[int] = mapped_column(BigInteger, server_default="0")
    logs_warn: Mapped[int] = mapped_column(BigInteger, server_default="0")
    logs_error: Mapped[int] = mapped_column(BigInteger, server_default="0")
    results: Mapped[int] = mapped_column(BigInteger, server_default="0")
    metrics: Mapped[int] = mapped_column(BigInteger, server_default="0")
    progress_current: Mapped[float | None]
    progress_total: Mapped[float | None]
    progress_message: Mapped[str | None]
    stalls_at: Mapped[datetime | None]
    """When the attempt will be ended unless it shows a sign of life; set from half of that time on."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")

    __table_args__ = (
        CheckConstraint("(worker_id IS NULL) = (expires_at IS NULL)", name="lease"),
        {"postgresql_with": {"fillfactor": 40}},
    )
