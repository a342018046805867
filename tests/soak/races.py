"""Ten thousand runs, each finished, cancelled and reaped at the same moment: it ends once, and stays as it ended."""

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from sqlalchemy import text

from athanor.db.session import Database
from athanor.domain.runs.transitions import finish, reap_attempt, request_cancel
from factories import make_instance, make_running, open_database

AT_ONCE = 8
_ENDINGS = text("SELECT id, status, reason, error, completed_at FROM runs")


def race(backend: object, count: int, seed: int) -> Counter[str]:
    """How the runs ended. Raises AssertionError where one ended twice, or its ending was changed."""

    async def main() -> Counter[str]:
        ended: dict[UUID, Any] = {}
        async with open_database(backend) as (database, _):  # type: ignore[arg-type]
            dice = random.Random(seed)
            instance_id = await make_instance(database)
            for start in range(0, count, AT_ONCE):
                many = range(start, min(start + AT_ONCE, count))
                dices = [random.Random(dice.random()) for _ in many]
                ended |= dict(await asyncio.gather(*(_one(database, instance_id, each) for each in dices)))
            assert await _endings(database) == ended, "an ending was changed"
        return Counter(f"{status}/{reason}" for status, reason, *_ in ended.values())

    return asyncio.run(main())


async def _one(database: Database, instance_id: UUID, dice: random.Random) -> tuple[UUID, Any]:
    """The run, and its ending as it stood right after the race."""
    _, fence = await make_running(database, instance_id)
    run_id, worker_id, attempt = fence.run_id, fence.worker_id, fence.attempt
    verdict = {"reason": "ok", "error": None, "traceback": None, "forced": False}
    acts: list[Callable[[Any], Awaitable[Any]]] = [
        lambda session: finish(session, run_id=run_id, worker_id=worker_id, attempt=attempt, **verdict),  # type: ignore[arg-type]
        lambda session: request_cancel(session, [run_id]),
        lambda session: reap_attempt(session, run_id=run_id, worker_id=worker_id, attempt=attempt),
        lambda session: request_cancel(session, [run_id], force=True),
    ]

    async def endings(act: Callable[[Any], Awaitable[Any]]) -> int:
        """How many it brought."""
        await asyncio.sleep(dice.uniform(0, 0.004))
        async with database.unit() as unit:
            changed = await act(unit.session)
        changes = [] if changed is None else changed if isinstance(changed, list) else [changed]
        return sum(change.status in ("completed", "failed", "cancelled") for change in changes)

    brought = sum(await asyncio.gather(*map(endings, acts)))
    assert brought == 1, f"run {run_id} ended {brought} times"
    ending = (await _endings(database, run_id))[run_id]
    late = sum(await asyncio.gather(*map(endings, acts)))
    assert late == 0, f"run {run_id} ended again"
    return run_id, ending


async def _endings(database: Database, run_id: UUID | None = None) -> dict[UUID, Any]:
    only = _ENDINGS if run_id is None else text(f"{_ENDINGS.text} WHERE id = :id")
    async with database.read() as session:
        rows = await session.execute(only, {} if run_id is None else {"id": run_id})
        return {row[0]: tuple(row[1:]) for row in rows}
