"""Workers: who takes runs, and when each was last heard."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from athanor.db.base import Base


class Worker(Base):
    __tablename__ = "workers"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    host: Mapped[str]
    machine: Mapped[str]
    """Where `pid` means something: host, boot and process namespace."""
    pid: Mapped[int]
    process_started: Mapped[float]
    """Start time of the process, seconds since the epoch: tells a reused pid apart."""
    queues: Mapped[list[str]] = mapped_column(ARRAY(Text))
    slots: Mapped[int]
    experiments: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """What it offers to run."""
    found: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """All its catalogue entries, the broken ones too."""
    folders: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    """Where it looks for experiments, beside installed packages."""
    draining: Mapped[bool] = mapped_column(server_default="false")
    started_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    heartbeat_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    expires_at: Mapped[datetime]
    """When silence means death: last heartbeat plus the worker's lease."""
