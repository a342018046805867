"""Attempts and checkpoints; when runs are tried again, and what an attempt may take."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

_REASONS = (
    "reason IN ('ok', 'error', 'reported', 'exit', 'timeout', 'stalled', 'lost', 'interrupted', 'user', 'user_forced')"
)

# Of runs tried more than once only the newest attempt is known, and it counts as the writer of all their entries.
_NEWEST_ATTEMPTS = """
    INSERT INTO attempts (run_id, number, worker_id, started_at, ended_at, reason, error, traceback)
    SELECT id, attempt, worker_id, started_at, completed_at, reason, error, traceback FROM runs
    WHERE attempt > 0 AND status <> 'pending'
"""


def _moment(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.DateTime(timezone=True))


def upgrade() -> None:
    for table in ("experiments", "runs"):
        op.add_column(table, sa.Column("stalled_s", sa.Double()))
        op.add_column(table, sa.Column("memory_bytes", sa.BigInteger()))
        op.add_column(
            table, sa.Column("retry_on", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{lost}")
        )
        op.add_column(table, sa.Column("backoff_s", sa.Double(), nullable=False, server_default="0"))
    op.add_column("runs", _moment("not_before"))
    op.add_column("run_vitals", _moment("stalls_at"))
    op.create_table(
        "attempts",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Uuid()),
        _moment("started_at"),
        _moment("ended_at"),
        sa.Column("reason", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("traceback", sa.Text()),
        *[
            sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")
            for name in ("logs", "results", "metrics")
        ],
        sa.PrimaryKeyConstraint("run_id", "number", name="pk_attempts"),
        sa.CheckConstraint(_REASONS, "ck_attempts_reason"),
        sa.CheckConstraint("(ended_at IS NULL) = (reason IS NULL)", "ck_attempts_one_ending"),
    )
    op.create_table(
        "checkpoints",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("value", postgresql.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_checkpoints"),
    )
    op.execute(_NEWEST_ATTEMPTS)


def downgrade() -> None:
    op.drop_table("checkpoints")
    op.drop_table("attempts")
    op.drop_column("run_vitals", "stalls_at")
    op.drop_column("runs", "not_before")
    for table in ("runs", "experiments"):
        for column in ("backoff_s", "retry_on", "memory_bytes", "stalled_s"):
            op.drop_column(table, column)
