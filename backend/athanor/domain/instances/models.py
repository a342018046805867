"""Instances: what a person sets up."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Index, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from athanor.db.base import Base, new_id


class Instance(Base):
    """An experiment with a name, tags and a config. `deleted_at` hides it while its rows are being removed."""

    __tablename__ = "instances"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    experiment: Mapped[str]
    config: Mapped[msgspec.Raw]
    config_schema: Mapped[msgspec.Raw]
    """The schema `config` was checked against: a later change of the experiment can be named."""
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    runs_made: Mapped[int] = mapped_column(server_default="0")
    """How many runs were ever created: the next run's number minus one."""
    version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """When a person last changed it; runs do not move it."""
    active_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """When a person or one of its runs last changed anything."""
    deleted_at: Mapped[datetime | None]

    __table_args__ = (
        Index(None, "active_at", postgresql_where=text("deleted_at IS NULL")),
        Index("ix_instances_deleted", "deleted_at", postgresql_where=text("deleted_at IS NOT NULL")),
    )
