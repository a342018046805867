"""Runs over a real server: starting, reading, cancelling, deleting, listing."""

from typing import Any
from uuid import UUID

import pytest

from athanor.db.base import to_json
from athanor.db.session import Database
from athanor.domain.experiments.models import Experiment
from athanor.domain.runs.announce import announce
from athanor.domain.runs.transitions import finish
from athanor.wire.reports import Log, Progress
from domain_api import Api, id_of
from factories import SCHEMA, make_instance, make_running, take, write

NOBODY = "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"


@pytest.fixture
def instance_id(api: Api) -> UUID:
    return api.work(make_instance)


def test_a_started_run_is_pending_with_a_frozen_config(api: Api, instance_id: UUID) -> None:
    started = api.post(f"/instances/{instance_id}/runs")
    assert {name: value for name, value in started.items() if name not in ("id", "created_at")} == {
        "number": 1,
        "instance_id": str(instance_id),
        "experiment": "coin_flip",
        "queue": "default",
        "status": "pending",
        "reason": None,
        "error": None,
        "traceback": None,
        "progress": None,
        "attempt": 0,
        "retries": 0,
        "not_before": None,
        "stalls_at": None,
        "worker_id": None,
        "heartbeat_age_ms": None,
        "waiting": {"ahead": started["waiting"]["ahead"], "workers": 0},
        "started_at": None,
        "completed_at": None,
        "cancel_requested_at": None,
        "counts": {"logs": {"debug": 0, "info": 0, "warn": 0, "error": 0}, "results": 0, "metrics": 0},
        "version": 1,
        "config": {"flips": 10},
        "config_schema": SCHEMA,
        "source_hash": None,
        "environment": None,
        "attempts": [],
    }
    assert api.get(f"/runs/{started['id']}") == started
    api.client.patch(f"/api/instances/{instance_id}", json={"config": {"flips": 7}})
    assert api.get(f"/runs/{started['id']}")["config"] == {"flips": 10}
    second = api.post(f"/instances/{instance_id}/runs", {"config": {"flips": 99}})
    assert (second["number"], second["config"]) == (2, {"flips": 99})
    assert api.get(f"/instances/{instance_id}")["config"] == {"flips": 7}


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b'{"config": null}'])
def test_without_a_config_the_instances_own_is_taken(api: Api, instance_id: UUID, body: bytes) -> None:
    answer = api.client.post(
        f"/api/instances/{instance_id}/runs", content=body, headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["config"]) == (201, {"flips": 10})


@pytest.mark.parametrize(
    ("body", "path", "message"),
    [
        (b'{"config": {"flips": 101}}', "/config/flips", "must be at most 100"),
        (b'{"config": {"flops": 1}}', "/config/flops", "is not a known field"),
        (b'{"config": []}', "/config", "must be an object"),
        (b'{"config": {"flips": 1e400}}', None, None),
        (b'{"konfig": {}}', "/konfig", "is not a known field"),
        (b"[]", "", "must be an object"),
        (b'{"config": {"flips": ' + b"[" * 200 + b"]" * 200 + b"}}", "/config/flips/0", "must not be nested more"),
    ],
)
def test_a_run_that_cannot_be_is_not_half_made(
    api: Api, instance_id: UUID, body: bytes, path: str | None, message: str
) -> None:
    answer = api.client.post(
        f"/api/instances/{instance_id}/runs", content=body, headers={"content-type": "application/json"}
    )
    assert answer.status_code in ((400, 422) if path is None else (422,)), answer.text
    if path is not None:
        found = {fault["path"]: fault["message"] for fault in answer.json()["errors"]}
        assert found[path].startswith(message)
    assert api.get(f"/instances/{instance_id}")["run_counts"]["total"] == 0
    assert api.post(f"/instances/{instance_id}/runs")["number"] == 1


def test_a_huge_config_holds_nobody_up(api: Api) -> None:
    schema = {"type": "object", "properties": {"items": {"type": "array", "items": {"type": "integer"}}}}

    async def make(database: Database) -> UUID:
        instance_id = await make_instance(database, experiment="huge")
        async with database.unit() as unit:
            experiment = await unit.session.get(Experiment, "huge")
            assert experiment is not None
            experiment.config_schema, experiment.defaults = to_json(schema), None
        return instance_id

    instance_id = api.work(make)
    started = api.post(f"/instances/{instance_id}/runs", {"config": {"items": list(range(100_000))}})
    assert len(started["config"]["items"]) == 100_000
    found = api.refused(422, "POST", f"/instances/{instance_id}/runs", json={"config": {"items": ["x"] * 5000}})
    assert found["/config/items/999"] == "must be a whole number"
    assert found["/config"].startswith("has more faults than are listed")


def test_an_experiment_that_is_gone_or_broken_cannot_run(api: Api) -> None:
    async def change(database: Database, error: str | None) -> None:
        async with database.unit() as unit:
            experiment = await unit.session.get(Experiment, "leaving")
            assert experiment is not None
            if error is None:
                await unit.session.delete(experiment)
            else:
                experiment.error, experiment.config_schema = error, None

    instance_id = api.work(lambda database: make_instance(database, experiment="leaving"))
    api.work(lambda database: change(database, "SyntaxError: invalid syntax"))
    found = api.refused(409, "POST", f"/instances/{instance_id}/runs")
    assert "SyntaxError: invalid syntax" in found["detail"]
    assert "/experiment" in api.refused(409, "PATCH", f"/instances/{instance_id}", json={"config": {}})
    api.work(lambda database: change(database, None))
    assert "no worker offers it" in api.refused(409, "POST", f"/instances/{instance_id}/runs")["detail"]
    assert (
        "no worker offers it" in api.refused(409, "PATCH", f"/instances/{instance_id}", json={"config": {}})["detail"]
    )
    assert api.client.patch(f"/api/instances/{instance_id}", json={"name": "still mine"}).status_code == 200


def test_a_pending_run_is_cancelled_at_once_and_stays_so(api: Api, instance_id: UUID) -> None:
    started = api.post(f"/instances/{instance_id}/runs")
    path = f"/runs/{started['id']}/cancel"
    cancelled = api.post(path, status=200)
    assert (cancelled["status"], cancelled["reason"]) == ("cancelled", "user")
    assert cancelled["completed_at"] is not None
    assert api.post(path, {"force": True}, status=200) == cancelled
    assert api.refused(422, "POST", path, json={"force": "yes"})["/force"] == "must be true or false"
    assert api.refused(404, "POST", f"/runs/{NOBODY}/cancel")["detail"] == f"There is no run {NOBODY}."


def test_a_running_run_is_asked(api: Api) -> None:
    claimed, _ = api.work(make_running)
    run = api.get(f"/runs/{claimed.run_id}")
    assert (run["status"], run["attempt"]) == ("running", 1)
    assert 0 <= run["heartbeat_age_ms"] < 60_000
    asked = api.post(f"/runs/{claimed.run_id}/cancel", status=200)
    assert asked["status"] == "running"
    assert asked["cancel_requested_at"] is not None
    assert asked["version"] == run["version"] + 1
    assert api.post(f"/runs/{claimed.run_id}/cancel", status=200)["cancel_requested_at"] == asked["cancel_requested_at"]
    found = api.refused(409, "DELETE", f"/runs/{claimed.run_id}")
    assert found["detail"] == "The run is running. Cancel it, then delete it."


def test_a_run_that_is_over_can_be_deleted_with_all_it_wrote(api: Api) -> None:
    async def run_to_the_end(database: Database) -> UUID:
        claimed, fence = await make_running(database)
        await write(database, fence, [Log(1, "info", "x")] * 10 + [Progress(1, 3, 4, "nearly")])
        async with database.unit() as unit:
            await finish(
                unit.session, run_id=claimed.run_id, worker_id=fence.worker_id, attempt=1, reason="error",
                error="ValueError: no", traceback="Traceback", forced=False,
            )  # fmt: skip
            await announce(unit, [claimed.run_id])
        return claimed.run_id

    run_id = api.work(run_to_the_end)
    run = api.get(f"/runs/{run_id}")
    assert (run["status"], run["reason"], run["error"]) == ("failed", "error", "ValueError: no")
    assert run["progress"] == {"current": 3.0, "total": 4.0, "message": "nearly"}
    assert run["counts"]["logs"]["info"] == 10
    assert api.client.delete(f"/api/runs/{run_id}").status_code == 204
    for path in ("", "/logs", "/results", "/metrics"):
        api.refused(404, "GET", f"/runs/{run_id}{path}")
    api.refused(404, "DELETE", f"/runs/{run_id}")
    assert api.get(f"/instances/{run['instance_id']}")["run_counts"]["total"] == 0
    assert api.get(f"/instances/{run['instance_id']}")["last_run"] is None


def test_lists_are_filtered_sorted_and_stable(api: Api) -> None:
    first = api.work(lambda database: make_instance(database, name="Alpha 0%"))
    second = api.work(lambda database: make_instance(database, name="Alpha 1%"))
    runs = [api.post(f"/instances/{first}/runs") for _ in range(6)] + [api.post(f"/instances/{second}/runs")]
    api.post(f"/runs/{runs[0]['id']}/cancel", status=200)
    api.work(lambda database: take(database, id_of(runs[1])))

    def numbers(**parameters: Any) -> list[int]:
        page = api.get("/runs", instance_id=str(first), **parameters)
        assert page["total"] == len(page["items"])
        return [item["number"] for item in page["items"]]

    assert numbers() == [6, 5, 4, 3, 2, 1]
    assert numbers(order="asc") == [1, 2, 3, 4, 5, 6]
    assert numbers(status="cancelled") == [1]
    assert numbers(status=["running", "cancelled"]) == [2, 1]
    assert numbers(sort="started_at", order="asc")[0] == 2
    assert numbers(sort="completed_at", order="asc")[0] == 1
    assert numbers(sort="number", order="asc") == [1, 2, 3, 4, 5, 6]
    assert numbers(q="alpha 0%") == [6, 5, 4, 3, 2, 1]
    assert numbers(q=runs[3]["id"][-12:]) == [4]
    assert numbers(q="alpha 1%") == []
    assert numbers(experiment="other") == []
    listed = api.get("/runs", instance_id=str(second))["items"][0]
    detail = ("config", "config_schema", "source_hash", "environment", "attempts")
    assert listed == {name: value for name, value in runs[-1].items() if name not in detail} | {
        "waiting": listed["waiting"]
    }
    seen, cursor = [], None
    while True:
        page = api.get("/runs", instance_id=str(first), limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [item["number"] for item in page["items"]]
        api.post(f"/instances/{first}/runs")
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == [6, 5, 4, 3, 2, 1]


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("instance_id=x", "?instance_id", "must be a UUID, like 123e4567-e89b-12d3-a456-426614174000"),
        ("instance_id=null", "?instance_id", "must be a UUID, like 123e4567-e89b-12d3-a456-426614174000"),
        ("instance_id=", "?instance_id", "must be a UUID, like 123e4567-e89b-12d3-a456-426614174000"),
        ("status=null", "?status", "must be one of pending, running, completed, failed, cancelled"),
        ("sort=version", "?sort", "must be one of created_at, started_at, completed_at, number, status"),
        ("limit=1001", "?limit", "must be at most 1000"),
        ("limit=1.5", "?limit", "must be a whole number"),
        ("order=ASC", "?order", "must be one of asc, desc"),
        ("q=%00", "?q", "must not contain the NUL character"),
    ],
)
def test_parameters_that_cannot_be_used_are_named(api: Api, query: str, path: str, message: str) -> None:
    assert api.refused(400, "GET", f"/runs?{query}")[path] == message
