"""Browsers sign in with the token and are known by a session."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def _moment(name: str, *, now: bool = False) -> sa.Column[object]:
    default = sa.text("clock_timestamp()") if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False, server_default=default)


def upgrade() -> None:
    op.create_table(
        "browser_sessions",
        sa.Column("id_hash", sa.LargeBinary(), nullable=False),
        sa.Column("token_fingerprint", sa.LargeBinary(), nullable=False),
        _moment("created_at", now=True),
        _moment("last_seen_at", now=True),
        _moment("idle_ends_at"),
        _moment("ends_at"),
        sa.PrimaryKeyConstraint("id_hash", name="pk_browser_sessions"),
    )


def downgrade() -> None:
    op.drop_table("browser_sessions")
