"""The tries at a run: begun and ended with the run's own changes of status, and read to say who wrote what."""

from bisect import bisect_right
from collections.abc import Sequence
from uuid import UUID

from msgspec import Struct, structs
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from athanor.domain.runs.models import Attempt
from athanor.domain.runs.schemas import Attempt as AttemptView

_BEGIN = text("""
    INSERT INTO attempts (run_id, number, worker_id, started_at, logs, results, metrics)
    SELECT runs.id, runs.attempt, runs.worker_id, runs.started_at,
        logs_debug + logs_info + logs_warn + logs_error, results, metrics
    FROM runs JOIN run_vitals ON run_vitals.run_id = runs.id WHERE runs.id = :run_id
""")
_END = text("""
    UPDATE attempts SET ended_at = clock_timestamp(), reason = :reason, error = :error, traceback = :traceback
    WHERE run_id = :run_id AND number = :number AND ended_at IS NULL
""")
_FORGET = text("""
    DELETE FROM attempts USING runs
    WHERE run_id = ANY (:run_ids) AND runs.id = attempts.run_id AND attempts.number > runs.attempt
""")
_STARTS = text("SELECT number, logs FROM attempts WHERE run_id = :run_id ORDER BY number")
_VIEW = (
    Attempt.number,
    Attempt.worker_id,
    Attempt.started_at,
    Attempt.ended_at,
    Attempt.reason,
    Attempt.error,
    Attempt.traceback,
    Attempt.logs,
    Attempt.results,
    Attempt.metrics,
)


class AttemptEnd(Struct, frozen=True, kw_only=True):
    """How one attempt ended, whatever became of its run."""

    run_id: UUID
    number: int
    reason: str
    error: str | None
    traceback: str | None


async def begin(session: AsyncSession, run_id: UUID) -> None:
    """The run's newest attempt was just claimed, and holds the lease."""
    await session.execute(_BEGIN, {"run_id": run_id})


async def end(session: AsyncSession, ends: Sequence[AttemptEnd]) -> None:
    """These attempts are over."""
    if ends:
        await session.execute(_END, [structs.asdict(ended) for ended in ends])


async def forget(session: AsyncSession, run_ids: Sequence[UUID]) -> None:
    """The newest attempts of these runs never began: their numbers were taken back."""
    await session.execute(_FORGET, {"run_ids": list(run_ids)})


async def attempts_of(session: AsyncSession, run_id: UUID) -> list[AttemptView]:
    """Every attempt of a run, the newest last."""
    rows = await session.execute(select(*_VIEW).where(Attempt.run_id == run_id).order_by(Attempt.number))
    return [AttemptView(**row._mapping) for row in rows]


class Writers:
    """Who wrote a run's log lines. Read it after the lines: an attempt that begins later writes behind them."""

    def __init__(self, starts: Sequence[tuple[int, int]]) -> None:
        """`starts`: number and first offset of each attempt, ascending."""
        self._numbers = [number for number, _ in starts]
        self._offsets = [offset for _, offset in starts]

    def attempt_of(self, offset: int) -> int:
        """The attempt that wrote the line at `offset`."""
        place = bisect_right(self._offsets, offset)
        return self._numbers[place - 1] if place else 1


async def writers(session: AsyncSession | AsyncConnection, run_id: UUID) -> Writers:
    """Who wrote the log lines that were read before this."""
    rows = await session.execute(_STARTS, {"run_id": run_id})
    return Writers([(row.number, row.logs) for row in rows])
