"""The list of runs: what is left out, and what a search finds."""

import asyncio
from datetime import UTC, datetime

from sqlalchemy import update

from athanor.domain.instances.models import Instance
from athanor.domain.runs.service import list_runs
from factories import make_instance, make_run, open_database

EVERY = {"instance_id": None, "experiment": None, "status": [], "sort": "created_at", "order": "desc", "cursor": None}


async def listed(database, **wish):
    async with database.read() as session:
        page = await list_runs(session, **{**EVERY, "q": None, "limit": 100, **wish})
    assert page.total >= len(page.items)
    return [run.id for run in page.items]


def test_runs_of_deleted_instances_are_gone_and_a_search_finds_names_experiments_and_ids(backend):
    async def main():
        async with open_database(backend) as (database, _):
            kept = await make_instance(database, name="Kept 100%")
            gone = await make_instance(database, name="Gone")
            first, second = await make_run(database, kept), await make_run(database, kept)
            await make_run(database, gone)
            async with database.unit() as unit:
                wish = update(Instance).where(Instance.id == gone).values(deleted_at=datetime.now(UTC))
                await unit.session.execute(wish)
            assert await listed(database) == [second.id, first.id]
            assert await listed(database, q="kept 100%") == [second.id, first.id]
            assert await listed(database, q="gone") == []
            assert await listed(database, q="COIN") == [second.id, first.id]
            assert await listed(database, q=str(first.id)[9:]) == [first.id]

    asyncio.run(main())
