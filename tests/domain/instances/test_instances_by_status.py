"""The status filter of instances finds what the overview counts."""

import asyncio

from sqlalchemy import text

from athanor.domain.instances.service import list_instances
from athanor.domain.overview.service import read_overview
from athanor.domain.runs.service import list_runs
from factories import make_instance, make_run, open_database

EVERY = {"q": None, "experiment": None, "tag": [], "sort": "name", "order": "asc", "cursor": None, "limit": 100}
_END = text("""
    UPDATE runs SET status = :status, reason = :reason,
        completed_at = clock_timestamp() - make_interval(hours => :hours)
    WHERE id = :id
""")
REASONS = {"completed": "ok", "failed": "error", "cancelled": "user"}


async def end(database, run, status, *, hours=0):
    async with database.unit() as unit:
        wish = {"id": run.id, "status": status, "reason": REASONS[status], "hours": hours}
        await unit.session.execute(_END, wish)


async def names(database, *status):
    async with database.read() as session:
        page = await list_instances(session, status=list(status), **EVERY)
    assert page.total == len(page.items)
    return [item.name for item in page.items]


def test_every_number_of_the_overview_leads_to_its_instances(backend):
    async def main():
        async with open_database(backend) as (database, _):
            busy = await make_instance(database, name="busy")
            older, newer = await make_run(database, busy), await make_run(database, busy)
            await end(database, newer, "completed")
            recovered = await make_instance(database, name="recovered")
            await end(database, await make_run(database, recovered), "failed", hours=23)
            await end(database, await make_run(database, recovered), "completed")
            healed = await make_instance(database, name="healed")
            await end(database, await make_run(database, healed), "failed", hours=25)
            await end(database, await make_run(database, healed), "cancelled")
            broken = await make_instance(database, name="broken")
            await end(database, await make_run(database, broken), "failed", hours=48)

            async with database.read() as session:
                overview = await read_overview(session, cancel_grace_s=1.0)
            assert (overview.queued, overview.failed_last_24h) == (1, 1)
            assert await names(database, "pending") == ["busy"]
            assert await names(database, "running") == []
            assert await names(database, "failed") == ["broken", "recovered"]
            assert await names(database, "completed") == ["busy", "recovered"]
            assert await names(database, "cancelled") == ["healed"]
            assert await names(database, "pending", "cancelled") == ["busy", "healed"]
            assert older.status == "pending"

    asyncio.run(main())


def test_runs_up_to_a_number_lead_to_the_one_before(backend):
    async def main():
        async with open_database(backend) as (database, _):
            instance = await make_instance(database)
            runs = [await make_run(database, instance) for _ in range(4)]
            wish = {"instance_id": instance, "experiment": None, "status": [], "q": None, "cursor": None}
            async with database.read() as session:
                page = await list_runs(session, **wish, sort="number", order="desc", limit=1, max_number=2)
            assert [run.id for run in page.items] == [runs[1].id]
            assert page.total == 2

    asyncio.run(main())
