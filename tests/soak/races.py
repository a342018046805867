"""Ten thousand runs that are finished, cancelled and reaped at the same moment: each ends once."""

import asyncio
import random
from collections import Counter
from uuid import UUID

from sqlalchemy import text

from athanor.db.session import Database
from athanor.domain.runs.transitions import finish, reap_attempt, request_cancel
from factories import make_instance, make_running, open_database

AT_ONCE = 8


def race(backend: object, count: int, seed: int) -> Counter[str]:
    """How the runs ended. Raises AssertionError where one ended twice, or its ending was changed."""

    async def main() -> Counter[str]:
        endings: Counter[str] = Counter()
        async with open_database(backend) as (database, _):  # type: ignore[arg-type]
            dice = random.Random(seed)
            instance_id = await make_instance(database)
            for start in range(0, count, AT_ONCE):
                many = range(start, min(start + AT_ONCE, count))
                endings.update(
                    await asyncio.gather(*(_one(database, instance_id, random.Random(dice.random())) for _ in many))
                )
        return endings

    return asyncio.run(main())


async def _one(database: Database, instance_id: UUID, dice: random.Random) -> str:
    _, fence = await make_running(database, instance_id)
    run_id = fence.run_id

    async def ending(act: object) -> int:
        """How many endings it brought."""
        await asyncio.sleep(dice.uniform(0, 0.004))
        async with database.unit() as unit:
            changed = await act(unit.session)  # type: ignore[operator]
        changes = [] if changed is None else changed if isinstance(changed, list) else [changed]
        return sum(change.status in ("completed", "failed", "cancelled") for change in changes)

    brought = await asyncio.gather(
        ending(
            lambda session: finish(
                session,
                run_id=run_id,
                worker_id=fence.worker_id,
                attempt=fence.attempt,
                reason="ok",
                error=None,
                traceback=None,
                forced=False,
            )
        ),
        ending(lambda session: request_cancel(session, [run_id])),
        ending(lambda session: reap_attempt(session, run_id=run_id, worker_id=fence.worker_id, attempt=fence.attempt)),
        ending(lambda session: request_cancel(session, [run_id], force=True)),
    )
    assert sum(brought) == 1, f"run {run_id} ended {sum(brought)} times"
    return await _reason(database, run_id)


async def _reason(database: Database, run_id: UUID) -> str:
    async with database.read() as session:
        row = (await session.execute(text("SELECT status, reason FROM runs WHERE id = :id"), {"id": run_id})).one()
    return f"{row.status}/{row.reason}"
