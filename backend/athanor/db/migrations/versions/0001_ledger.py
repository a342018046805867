"""The ledger: catalogue, instances, runs and their vitals, streams, workers."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def _moment(name: str, *, null: bool = False, now: bool = False) -> "sa.Column[Any]":
    default = sa.func.clock_timestamp() if now else None
    return sa.Column(name, sa.DateTime(timezone=True), nullable=null, server_default=default)


def _json(name: str, *, null: bool = False) -> "sa.Column[Any]":
    return sa.Column(name, postgresql.JSON(), nullable=null)


def _texts(name: str) -> "sa.Column[Any]":
    return sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")


def _count(name: str) -> "sa.Column[Any]":
    return sa.Column(name, sa.BigInteger(), nullable=False, server_default="0")


def upgrade() -> None:
    op.create_table(
        "experiments",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        _json("config_schema", null=True),
        _json("form_schema", null=True),
        _json("defaults", null=True),
        sa.Column("source_hash", sa.Text()),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("timeout_s", sa.Double()),
        sa.Column("retries", sa.Integer(), nullable=False, server_default="0"),
        _texts("tags"),
        sa.Column("error", sa.Text()),
        sa.Column("traceback", sa.Text()),
        sa.Column("version", sa.Integer(), nullable=False, server_default="1"),
        _moment("updated_at", now=True),
        sa.PrimaryKeyConstraint("name", name="pk_experiments"),
    )
    op.create_table(
        "instances",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False, server_default=""),
        sa.Column("experiment", sa.Text(), nullable=False),
        _json("config"),
        _json("config_schema"),
        _texts("tags"),
        sa.Column("runs_made", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        _moment("created_at", now=True),
        _moment("updated_at", now=True),
        _moment("active_at", now=True),
        _moment("deleted_at", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_instances"),
    )
    op.create_index(
        "ix_instances_active_at", "instances", ["active_at"], postgresql_where=sa.text("deleted_at IS NULL")
    )
    op.create_index(
        "ix_instances_deleted", "instances", ["deleted_at"], postgresql_where=sa.text("deleted_at IS NOT NULL")
    )
    op.create_table(
        "runs",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Uuid(), nullable=False),
        sa.Column("experiment", sa.Text(), nullable=False),
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False, server_default="pending"),
        sa.Column("reason", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("traceback", sa.Text()),
        _json("config"),
        _json("config_schema"),
        sa.Column("source_hash", sa.Text()),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("timeout_s", sa.Double()),
        sa.Column("retries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("worker_id", sa.Uuid()),
        _moment("created_at", now=True),
        _moment("started_at", null=True),
        _moment("completed_at", null=True),
        _moment("cancel_requested_at", null=True),
        sa.Column("cancel_forced", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _json("environment", null=True),
        sa.PrimaryKeyConstraint("id", name="pk_runs"),
        sa.CheckConstraint("status IN ('pending', 'running', 'completed', 'failed', 'cancelled')", "ck_runs_status"),
        sa.CheckConstraint(
            "reason IN ('ok', 'error', 'reported', 'exit', 'timeout', 'stalled', 'lost', 'interrupted', 'user', "
            "'user_forced')",
            "ck_runs_reason",
        ),
        sa.CheckConstraint(
            "(status IN ('pending', 'running')) = (reason IS NULL) AND (reason IS NULL) = (completed_at IS NULL)",
            "ck_runs_one_ending",
        ),
    )
    active = sa.text("status IN ('pending', 'running')")
    op.create_index("ix_runs_instance_id_number", "runs", ["instance_id", "number"], unique=True)
    op.create_index("ix_runs_created_at", "runs", ["created_at", "id"])
    op.create_index("ix_runs_instance_status", "runs", ["instance_id", "status"])
    op.create_index("ix_runs_active", "runs", ["status", "queue", "id"], postgresql_where=active)
    op.create_index("ix_runs_ended", "runs", ["completed_at"], postgresql_where=sa.text("completed_at IS NOT NULL"))
    op.create_table(
        "run_vitals",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("worker_id", sa.Uuid()),
        sa.Column("attempt", sa.Integer(), nullable=False, server_default="0"),
        _moment("heartbeat_at", null=True),
        _moment("expires_at", null=True),
        *[_count(name) for name in ("logs_debug", "logs_info", "logs_warn", "logs_error", "results", "metrics")],
        sa.Column("progress_current", sa.Double()),
        sa.Column("progress_total", sa.Double()),
        sa.Column("progress_message", sa.Text()),
        sa.Column("version", sa.BigInteger(), nullable=False, server_default="1"),
        sa.PrimaryKeyConstraint("run_id", name="pk_run_vitals"),
        sa.CheckConstraint("(worker_id IS NULL) = (expires_at IS NULL)", "ck_run_vitals_lease"),
        postgresql_with={"fillfactor": 40},
    )
    op.create_table(
        "discarded_runs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_discarded_runs"),
    )
    op.create_table(
        "logs",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        _moment("timestamp"),
        sa.Column("level", sa.SmallInteger(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        _json("metadata", null=True),
        sa.PrimaryKeyConstraint("run_id", "offset", name="pk_logs"),
    )
    op.create_table(
        "results",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        _moment("timestamp"),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        _json("value"),
        sa.PrimaryKeyConstraint("run_id", "offset", name="pk_results"),
    )
    op.create_table(
        "metrics",
        sa.Column("run_id", sa.Uuid(), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        _moment("timestamp"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("step", sa.BigInteger()),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "offset", name="pk_metrics"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("pid", sa.Integer(), nullable=False),
        sa.Column("process_started", sa.Double(), nullable=False),
        sa.Column("queues", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("slots", sa.Integer(), nullable=False),
        _texts("experiments"),
        _texts("found"),
        sa.Column("draining", sa.Boolean(), nullable=False, server_default=sa.text("false")),
        _moment("started_at", now=True),
        _moment("heartbeat_at", now=True),
        _moment("expires_at"),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )


def downgrade() -> None:
    for table in (
        "workers",
        "metrics",
        "results",
        "logs",
        "discarded_runs",
        "run_vitals",
        "runs",
        "instances",
        "experiments",
    ):
        op.drop_table(table)
