"""Workers and the overview over a real server: the database's clock says who lives."""

from uuid import UUID

import pytest
from sqlalchemy import text

from athanor.db.base import new_id
from athanor.db.session import Database
from athanor.domain.workers.repository import Registration, beat, register
from domain_api import Api, id_of
from factories import make_instance, make_run, take


@pytest.fixture(scope="module")
def workers(api: Api) -> dict[str, UUID]:
    async def fill(database: Database) -> dict[str, UUID]:
        found = {}
        async with database.unit() as unit:
            for name, queues, slots, lease_s in (
                ("a", ("default",), 2, 60.0),
                ("b", ("default", "gpu"), 3, 60.0),
                ("drains", ("default",), 9, 60.0),
                ("silent", ("default",), 9, -1.0),
            ):
                found[name] = new_id()
                await register(
                    unit.session,
                    Registration(
                        id=found[name],
                        host=name,
                        machine=name,
                        pid=7,
                        process_started=1.0,
                        queues=queues,
                        slots=slots,
                        folders=("/lab/experiments",),
                    ),
                    lease_s=lease_s,
                )
            await beat(unit.session, found["b"], [new_id()], draining=False, lease_s=60.0)
            await beat(unit.session, found["drains"], [], draining=True, lease_s=60.0)
            offers = text("UPDATE workers SET experiments = '{z,coin_flip}' WHERE id = :id")
            await unit.session.execute(offers, {"id": found["b"]})
        return found

    return api.work(fill)


def test_the_overview_counts_what_is_active(api: Api, workers: dict[str, UUID]) -> None:
    empty = api.get("/overview")
    assert empty == {
        "running": 0,
        "queued": 0,
        "failed_last_24h": 0,
        "workers": 2,
        "slots": 5,
        "cancel_grace_s": 10.0,
        "queues": [
            {"name": "default", "pending": 0, "running": 0, "workers": 2, "slots": 5},
            {"name": "gpu", "pending": 0, "running": 0, "workers": 1, "slots": 3},
        ],
    }
    instance_id = api.work(make_instance)
    runs = [api.post(f"/instances/{instance_id}/runs") for _ in range(5)]

    async def change(database: Database) -> None:
        await take(database, id_of(runs[0]))
        async with database.unit() as unit:
            for run, ago in ((runs[1], "1 hour"), (runs[2], "25 hours")):
                failed = f"""
                    UPDATE runs SET status = 'failed', reason = 'error',
                        completed_at = clock_timestamp() - interval '{ago}' WHERE id = :id
                """
                await unit.session.execute(text(failed), {"id": run["id"]})
            await unit.session.execute(text("UPDATE runs SET queue = 'tpu' WHERE id = :id"), {"id": runs[3]["id"]})

    api.work(change)
    found = api.get("/overview")
    assert (found["running"], found["queued"], found["failed_last_24h"]) == (1, 2, 1)
    assert found["queues"] == [
        {"name": "default", "pending": 1, "running": 1, "workers": 2, "slots": 5},
        {"name": "gpu", "pending": 0, "running": 0, "workers": 1, "slots": 3},
        {"name": "tpu", "pending": 1, "running": 0, "workers": 0, "slots": 0},
    ]


def test_workers_that_live_are_listed(api: Api, workers: dict[str, UUID]) -> None:
    async def claim(database: Database) -> None:
        run = await make_run(database)
        assert await take(database, run.id, worker_id=workers["b"])

    api.work(claim)
    found = api.get("/workers")["items"]
    assert [item["host"] for item in found] == ["a", "b", "drains"]
    second = found[1]
    assert 0 <= second.pop("heartbeat_age_ms") < 60_000
    assert second.pop("started_at") <= second.pop("heartbeat_at")
    assert second == {
        "id": str(workers["b"]), "host": "b", "pid": 7, "queues": ["default", "gpu"], "slots": 3, "running": 1,
        "draining": False, "experiments": ["coin_flip", "z"], "folders": ["/lab/experiments"],
    }  # fmt: skip
    assert [item["draining"] for item in found] == [False, False, True]
