"""The catalogue: what workers found in their experiment folders."""

from datetime import datetime

import msgspec
from sqlalchemy import BigInteger, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import Text

from athanor.db.base import Base


class Experiment(Base):
    """One experiment, or one module that could not be used (`error` set, schemas null, `name` its dotted name)."""

    __tablename__ = "experiments"

    name: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    description: Mapped[str]
    module: Mapped[str]
    config_schema: Mapped[msgspec.Raw | None]
    form_schema: Mapped[msgspec.Raw | None]
    defaults: Mapped[msgspec.Raw | None]
    source_hash: Mapped[str | None]
    queue: Mapped[str]
    timeout_s: Mapped[float | None]
    stalled_s: Mapped[float | None]
    memory_bytes: Mapped[int | None] = mapped_column(BigInteger)
    retries: Mapped[int] = mapped_column(server_default="0")
    retry_on: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{lost}")
    backoff_s: Mapped[float] = mapped_column(server_default="0")
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), server_default="{}")
    error: Mapped[str | None]
    traceback: Mapped[str | None]
    version: Mapped[int] = mapped_column(server_default="1")
    updated_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
