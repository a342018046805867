"""Browser sessions: who signed in with the token, kept so that nobody who reads the table can sign in."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from athanor.db.base import Base


class BrowserSession(Base):
    __tablename__ = "browser_sessions"

    id_hash: Mapped[bytes] = mapped_column(primary_key=True)
    """SHA-256 of the random id that the browser holds in its cookie."""
    token_fingerprint: Mapped[bytes]
    """Of the token it was made with; with another token it is worth nothing."""
    created_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    """To the minute."""
    idle_ends_at: Mapped[datetime]
    """When it ends unless it is used before."""
    ends_at: Mapped[datetime]
    """When it ends, used or not."""
