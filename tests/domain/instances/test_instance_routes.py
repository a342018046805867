"""Instances over a real server: every field, every refusal, pages that stay put."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from athanor.db.base import to_json
from athanor.db.session import Database
from athanor.domain.experiments.models import Experiment
from domain_api import Api, id_of
from factories import SCHEMA, make_instance, take


@pytest.fixture(autouse=True)
def catalogue(api: Api) -> None:
    async def fill(database: Database) -> None:
        async with database.unit() as unit:
            for name, error in (("coin_flip", None), ("broken.module", "does not import: No module named 'numpyy'")):
                if await unit.session.get(Experiment, name) is None:
                    schema = None if error else to_json(SCHEMA)
                    unit.session.add(
                        Experiment(
                            name=name, title=name, description="", module=name, config_schema=schema,
                            form_schema=schema, defaults=None, queue="default", error=error,
                        )
                    )  # fmt: skip

    api.work(fill)


def test_an_instance_is_created_complete(api: Api) -> None:
    answer = api.client.post(
        "/api/instances",
        json={"name": "  Fair coin ", "experiment": "coin_flip", "tags": ["a", "b ", "a"], "description": "x"},
    )
    assert answer.status_code == 201
    created = answer.json()
    assert {name: created[name] for name in created if not name.endswith("_at") and name != "id"} == {
        "name": "Fair coin",
        "description": "x",
        "experiment": "coin_flip",
        "config": {"flips": 10},
        "tags": ["a", "b"],
        "version": 1,
        "run_counts": {"pending": 0, "running": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0},
        "last_run": None,
        "recent_runs": [],
    }
    assert created["created_at"].endswith("Z")
    assert api.get(f"/instances/{created['id']}") == created


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"name": ""}, {"/name": "must not be blank"}),
        ({"name": " \t\n"}, {"/name": "must not be blank"}),
        ({"name": "a\0b"}, {"/name": "must not contain the NUL character"}),
        ({"name": "x" * 201}, {"/name": "must be at most 200 characters long"}),
        ({"name": None}, {"/name": "must be text"}),
        ({"name": 5, "experiment": []}, {"/name": "must be text", "/experiment": "must be text"}),
        ({"description": "x" * 10_001}, {"/description": "must be at most 10000 characters long"}),
        ({"tags": ["fine", "\0"]}, {"/tags/1": "must not contain the NUL character"}),
        ({"tags": ["x" * 51]}, {"/tags/0": "must be at most 50 characters long"}),
        ({"tags": [str(place) for place in range(51)]}, {"/tags": "must have at most 50 items"}),
        ({"colour": "red"}, {"/colour": "is not a known field"}),
        ({"experiment": "nowhere"}, {"/experiment": "is not in the catalogue: there is no experiment 'nowhere'"}),
        ({"config": []}, {"/config": "must be an object"}),
        ({"config": None}, {"/config": "must be an object"}),
        (
            {"config": {"flips": 0, "flops": 1}},
            {"/config/flips": "must be at least 1", "/config/flops": "is not a known field"},
        ),
        (
            {"name": "", "colour": "red", "config": {"flips": 0}},
            {"/name": "must not be blank", "/colour": "is not a known field", "/config/flips": "must be at least 1"},
        ),
        ({"name": 5, "config": []}, {"/name": "must be text", "/config": "must be an object"}),
        (
            {"name": 5, "experiment": "nowhere", "config": {"flips": 0}},
            {"/name": "must be text", "/experiment": "is not in the catalogue: there is no experiment 'nowhere'"},
        ),
        ({"config": {"flips": 2**70}}, {"/config/flips": "must fit in 64 bits"}),
        ({"config": {"flips": "a\0"}}, {"/config/flips": "must not contain the NUL character"}),
        ({"config": {"a\0/~": 1}}, {
            "/config/a\u2400~1~0": "has a name that must not contain the NUL character",
        }),
    ],
)  # fmt: skip
def test_every_fault_of_a_new_instance_is_named(api: Api, fields: dict[str, Any], faults: dict[str, str]) -> None:
    before = api.get("/instances")["total"]
    found = api.refused(422, "POST", "/instances", json={"name": "Fair coin", "experiment": "coin_flip", **fields})
    assert {path: message for path, message in found.items() if path != "detail"} == faults
    assert api.get("/instances")["total"] == before


def test_no_fault_is_named_twice(api: Api) -> None:
    answer = api.client.post("/api/instances", json={"name": "", "experiment": "coin_flip", "config": {"flips": 0}})
    assert [fault["path"] for fault in answer.json()["errors"]] == ["/name", "/config/flips"]


def test_missing_fields_are_named_together(api: Api) -> None:
    found = api.refused(422, "POST", "/instances", json={})
    assert {"/name": "is required", "/experiment": "is required"}.items() <= found.items()


def test_a_broken_experiment_is_refused_with_its_reason(api: Api) -> None:
    found = api.refused(409, "POST", "/instances", json={"name": "a", "experiment": "broken.module"})
    assert "No module named 'numpyy'" in found["detail"]
    assert "No module named 'numpyy'" in found["/experiment"]


def test_bodies_that_are_no_bodies(api: Api) -> None:
    head = {"content-type": "application/json"}
    assert "line 1, column 10" in api.refused(400, "POST", "/instances", content=b'{"name": x', headers=head)["detail"]
    assert "UTF-8" in api.refused(400, "POST", "/instances", content=b'{"name": "\xff"}', headers=head)["detail"]
    deep = b'{"name": "a", "experiment": "coin_flip", "config": {"a": ' + b"[" * 500 + b"]" * 500 + b"}}"
    assert "64 levels" in api.refused(422, "POST", "/instances", content=deep, headers=head)["/config/a/0"]
    deeper = b"[" * 100_000 + b"]" * 100_000
    assert "nested too deeply" in api.refused(400, "POST", "/instances", content=deeper, headers=head)["detail"]
    large = b'{"name": "' + b"x" * 8 * 1024 * 1024 + b'"}'
    assert "8 MiB" in api.refused(413, "POST", "/instances", content=large, headers=head)["detail"]
    api.refused(415, "POST", "/instances", content=b"name=a", headers={"content-type": "text/plain"})
    assert api.refused(400, "POST", "/instances")["detail"] == "This call needs a JSON body."


def test_a_patch_changes_what_it_names(api: Api) -> None:
    created = api.instance(description="old", tags=["a"], config={"flips": 20})
    path = f"/api/instances/{created['id']}"
    renamed = api.client.patch(path, json={"name": "Loaded coin"}).json()
    assert renamed == created | {
        "name": "Loaded coin",
        "version": 2,
        "updated_at": renamed["updated_at"],
        "active_at": renamed["active_at"],
    }
    assert created["updated_at"] < renamed["updated_at"]
    replaced = api.client.patch(path, json={"config": {}, "tags": [], "description": ""}).json()
    assert (replaced["config"], replaced["tags"], replaced["description"]) == ({"flips": 10}, [], "")
    assert replaced["version"] == 3
    assert api.client.patch(path, json={}).json() == replaced
    assert api.get(f"/instances/{created['id']}") == replaced


def test_a_patch_is_refused_as_a_whole(api: Api) -> None:
    created = api.instance()
    path = f"/instances/{created['id']}"
    assert "/config/flips" in api.refused(422, "PATCH", path, json={"name": "new", "config": {"flips": 101}})
    assert "/name" in api.refused(422, "PATCH", path, json={"name": None, "config": {"flips": 50}})
    both = api.refused(422, "PATCH", path, json={"name": None, "config": {"flips": 101}})
    assert both.keys() == {"detail", "/name", "/config/flips"}
    both = api.refused(422, "POST", f"{path}/runs", json={"colour": "red", "config": {"flips": 101}})
    assert both.keys() == {"detail", "/colour", "/config/flips"}
    assert "/experiment" in api.refused(422, "PATCH", path, json={"experiment": "other"})
    assert api.get(path) == created
    nobody = "/instances/0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"
    api.refused(404, "PATCH", nobody, json={"name": "new"})
    faulty = api.refused(422, "PATCH", nobody, json={"name": 5, "config": {"flips": 101}})
    assert faulty.keys() == {"detail", "/name"}


def test_many_patches_at_once_are_each_counted(api: Api) -> None:
    created = api.instance()

    async def patch_all(database: Database) -> None:
        import httpx

        async with httpx.AsyncClient(base_url=api.running.url, timeout=60) as client:
            answers = await asyncio.gather(
                *[client.patch(f"/api/instances/{created['id']}", json={"name": f"n{place}"}) for place in range(20)]
            )
        assert [answer.status_code for answer in answers] == [200] * 20

    api.work(patch_all)
    assert api.get(f"/instances/{created['id']}")["version"] == 21


def test_lists_are_filtered(api: Api) -> None:
    first = api.instance(name="Zebra 100%", tags=["baseline", "x"])
    second = api.instance(name="zebra_b", description="striped", tags=["baseline"])

    def names(**parameters: Any) -> list[str]:
        found = api.get("/instances", **parameters)
        assert found["total"] == len(found["items"])
        return sorted(item["name"] for item in found["items"])

    assert names(q="ZEBRA") == ["Zebra 100%", "zebra_b"]
    assert names(q="0%") == ["Zebra 100%"]
    assert names(q="_b") == ["zebra_b"]
    assert names(q="stripe") == ["zebra_b"]
    assert names(q=first["id"]) == ["Zebra 100%"]
    assert names(tag="baseline") == ["Zebra 100%", "zebra_b"]
    assert names(tag=["baseline", "x"]) == ["Zebra 100%"]
    assert names(tag="base") == []
    assert names(experiment="nothing") == []
    assert names(q="zebra", status="pending") == []
    api.post(f"/instances/{second['id']}/runs")
    assert names(q="zebra", status="pending") == ["zebra_b"]
    assert names(q="zebra", status=["failed", "pending"]) == ["zebra_b"]


def test_runs_show_in_their_instance(api: Api) -> None:
    created = api.instance()
    runs = [api.post(f"/instances/{created['id']}/runs") for _ in range(12)]
    api.post(f"/runs/{runs[0]['id']}/cancel", status=200)
    found = api.get(f"/instances/{created['id']}")
    counts = {"pending": 11, "running": 0, "completed": 0, "failed": 0, "cancelled": 1, "total": 12}
    assert found["run_counts"] == counts
    assert found["last_run"]["id"] == runs[-1]["id"]
    assert found["last_run"]["number"] == 12
    assert found["recent_runs"] == [{"id": run["id"], "status": "pending"} for run in runs[:1:-1]]
    assert found["version"] > created["version"]
    assert found["updated_at"] == created["updated_at"]
    assert found["active_at"] > created["active_at"]


@pytest.mark.parametrize("sort", ["name", "created_at", "updated_at", "active_at"])
@pytest.mark.parametrize("order", ["asc", "desc"])
def test_pages_stay_put_while_instances_come_and_go(api: Api, sort: str, order: str) -> None:
    tag = f"pages-{sort}-{order}"
    made = [api.instance(name=f"p{place % 3}", tags=[tag])["id"] for place in range(9)]
    seen, cursor, gone = [], None, made[4]
    while True:
        parameters = {"tag": tag, "sort": sort, "order": order, "limit": 2, **({"cursor": cursor} if cursor else {})}
        page = api.get("/instances", **parameters)
        seen += [item["id"] for item in page["items"]]
        api.instance(name="p1", tags=[tag])
        if gone is not None and gone not in seen:
            assert api.client.delete(f"/api/instances/{gone}").status_code == 204
        gone = None
        cursor = page["next_cursor"]
        if cursor is None or len(seen) > 50:
            break
    assert len(seen) == len(set(seen)) <= 50
    assert set(made) - {made[4]} <= set(seen)
    whole = api.get("/instances", tag=tag, sort=sort, order=order, limit=1000)["items"]
    values = [item[sort] for item in whole]
    assert values == sorted(values, reverse=order == "desc")


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("limit=0", "?limit", "must be at least 1"),
        ("limit=1001", "?limit", "must be at most 1000"),
        ("limit=x", "?limit", "must be a whole number"),
        ("sort=size", "?sort", "must be one of name, created_at, updated_at, active_at"),
        ("order=up", "?order", "must be one of asc, desc"),
        ("status=over", "?status", "must be one of pending, running, completed, failed, cancelled"),
        ("cursor=x", "?cursor", "does not belong to this list and sort; leave it out to start anew"),
        ("cursor=%00", "?cursor", "does not belong to this list and sort; leave it out to start anew"),
        ("q=%00", "?q", "must not contain the NUL character"),
        ("experiment=a%00", "?experiment", "must not contain the NUL character"),
        ("tag=%00", "?tag", "must not contain the NUL character"),
    ],
)
def test_parameters_that_cannot_be_used_are_named(api: Api, query: str, path: str, message: str) -> None:
    assert api.refused(400, "GET", f"/instances?{query}")[path] == message


def test_a_cursor_belongs_to_one_list_and_sort(api: Api) -> None:
    for _ in range(3):
        api.instance()
    cursor = api.get("/instances", limit=1)["next_cursor"]
    wrong = "does not belong to this list and sort; leave it out to start anew"
    assert api.refused(400, "GET", f"/instances?cursor={cursor}&sort=name")["?cursor"] == wrong
    assert api.refused(400, "GET", f"/instances?cursor={cursor}&order=asc")["?cursor"] == wrong
    assert api.refused(400, "GET", f"/runs?cursor={cursor}")["?cursor"] == wrong
    assert api.get("/instances", limit=1, cursor=cursor)["items"]


def test_an_instance_that_is_not_there(api: Api) -> None:
    nobody = "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"
    for method, path in (
        ("GET", f"/instances/{nobody}"),
        ("GET", f"/instances/{nobody}/size"),
        ("DELETE", f"/instances/{nobody}"),
        ("POST", f"/instances/{nobody}/runs"),
    ):
        assert api.refused(404, method, path)["detail"] == f"There is no instance {nobody}."
    for odd in ("x", "0190b5a2", "%00", "..%2f"):
        api.refused(404, "GET", f"/instances/{odd}")


def test_deleting_takes_everything_away_at_once(api: Api) -> None:
    created = api.instance(tags=["gone"])
    pending, running = (api.post(f"/instances/{created['id']}/runs") for _ in range(2))

    async def write(database: Database) -> Any:
        claimed = await take(database, id_of(running))
        assert claimed is not None
        async with database.unit() as unit:
            await unit.session.execute(
                text("""
                    INSERT INTO logs (run_id, "offset", timestamp, level, message)
                    SELECT :id, place, clock_timestamp(), 1, 'line ' || place FROM generate_series(0, 19999) AS place
                """),
                {"id": claimed.run_id},
            )
            await unit.session.execute(
                text("UPDATE run_vitals SET logs_info = 20000 WHERE run_id = :id"), {"id": claimed.run_id}
            )
        return claimed

    api.work(write)
    assert api.get(f"/instances/{created['id']}/size") == {
        "runs": 2, "active_runs": 2, "logs": 20_000, "results": 0, "metrics": 0,
    }  # fmt: skip
    answer = api.client.delete(f"/api/instances/{created['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    for path in (
        f"/instances/{created['id']}",
        f"/instances/{created['id']}/size",
        *(
            f"/runs/{run['id']}{part}"
            for run in (pending, running)
            for part in ("", "/logs", "/logs/download", "/results", "/results/0", "/metrics", "/metrics/x")
        ),
    ):
        api.refused(404, "GET", path)
    for method, path in (
        ("DELETE", f"/instances/{created['id']}"),
        ("POST", f"/instances/{created['id']}/runs"),
        ("POST", f"/runs/{running['id']}/cancel"),
        ("DELETE", f"/runs/{running['id']}"),
    ):
        api.refused(404, method, path)
    assert api.get("/instances", tag="gone")["items"] == []
    assert api.get("/runs", instance_id=created["id"])["items"] == []
    api.work(lambda database: _ends(database, created["id"], running["id"]))


async def _ends(database: Database, instance_id: str, running: str) -> None:
    """The running one was told; when its writer ends it, all rows go."""
    async with database.unit() as unit:
        row = (
            await unit.session.execute(text("SELECT status, cancel_forced FROM runs WHERE id = :id"), {"id": running})
        ).one()
        assert (row.status, row.cancel_forced) == ("running", True)
        await unit.session.execute(
            text("""
                UPDATE runs SET status = 'cancelled', reason = 'user_forced', completed_at = clock_timestamp()
                WHERE id = :id
            """),
            {"id": running},
        )
    left = text("""
        SELECT (SELECT count(*) FROM instances WHERE id = :instance_id)
            + (SELECT count(*) FROM runs WHERE instance_id = :instance_id)
            + (SELECT count(*) FROM run_vitals WHERE run_id = :running)
            + (SELECT count(*) FROM logs WHERE run_id = :running)
    """)
    async with asyncio.timeout(60), database.connection() as connection:
        while (await connection.execute(left, {"instance_id": instance_id, "running": running})).scalar_one():
            await connection.rollback()
            await asyncio.sleep(0.1)


def test_an_old_instance_and_a_new_schema(api: Api) -> None:
    async def change(database: Database, highest: int) -> None:
        async with database.unit() as unit:
            experiment = await unit.session.get(Experiment, "changing")
            assert experiment is not None
            schema = {**SCHEMA, "properties": {"flips": {"type": "integer", "maximum": highest, "default": 1}}}
            experiment.config_schema = to_json(schema)
            experiment.defaults = to_json({})

    instance_id = api.work(lambda database: make_instance(database, experiment="changing"))
    api.work(lambda database: change(database, 5))
    found = api.refused(409, "POST", f"/instances/{instance_id}/runs")
    assert found["/config/flips"] == "must be at most 5"
    assert "changed since this instance was saved" in found["detail"]
    assert "flips" in found["detail"]
    assert api.get(f"/instances/{instance_id}")["run_counts"]["total"] == 0
    given = api.post(f"/instances/{instance_id}/runs", {"config": {"flips": 3}})
    assert given["config"] == {"flips": 3}
    assert api.client.patch(f"/api/instances/{instance_id}", json={"name": "renamed"}).status_code == 200
    assert api.client.patch(f"/api/instances/{instance_id}", json={"config": {}}).json()["config"] == {"flips": 1}
    assert api.post(f"/instances/{instance_id}/runs")["config"] == {"flips": 1}
