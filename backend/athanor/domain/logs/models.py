"""Log lines. No index beside the key: it would slow COPY."""

from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import BigInteger, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from athanor.db.base import Base


class LogLine(Base):
    __tablename__ = "logs"

    run_id: Mapped[UUID] = mapped_column(primary_key=True)
    offset: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    timestamp: Mapped[datetime]
    level: Mapped[int] = mapped_column(SmallInteger)
    """0 debug, 1 info, 2 warn, 3 error."""
    message: Mapped[str]
    metadata_: Mapped[msgspec.Raw | None] = mapped_column("metadata")
