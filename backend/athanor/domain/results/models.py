"""Results: keys with JSON values."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped, mapped_column

from athanor.db.base import Base


class Result(Base):
    __tablename__ = "results"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    timestamp: Mapped[datetime]
    key: Mapped[str]
    size: Mapped[int] = mapped_column(Integer)
    """Bytes of the value as JSON."""
    value: Mapped[msgspec.Raw]
