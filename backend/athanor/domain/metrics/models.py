"""Metric points: doubles by name and step."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger
from sqlalchemy.orm import Mapped, mapped_column

from athanor.db.base import Base


class MetricPoint(Base):
    __tablename__ = "metrics"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    timestamp: Mapped[datetime]
    name: Mapped[str]
    step: Mapped[int | None] = mapped_column(BigInteger)
    value: Mapped[float]
