"""The catalogue over a real server: experiments, broken modules, and configs named fault by fault."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest

from athanor.db.base import new_id
from athanor.db.session import Database
from athanor.domain.experiments.catalogue import write_catalogue
from athanor.domain.workers.repository import Registration, register
from athanor.wire.catalogue import CatalogueEntry
from domain_api import Api

SCHEMA = {
    "type": "object",
    "properties": {
        "zeta": {"type": "integer", "minimum": 1},
        "alpha": {"type": "array", "items": {"$ref": "#/$defs/Pair"}, "default": []},
    },
    "required": ["zeta"],
    "additionalProperties": False,
    "$defs": {
        "Pair": {
            "type": "object",
            "properties": {"left": {"type": "string"}, "right/~": {"type": "string", "default": "r"}},
            "required": ["left"],
            "additionalProperties": False,
        }
    },
}
ENTRIES = [
    CatalogueEntry(
        name="pairs.v2", module="folder.pairs", title="Pairs", description="Compares.", config_schema=SCHEMA,
        form_schema=SCHEMA, defaults={"zeta": 3}, source_hash="ab" * 32, queue="gpu", timeout_s=90.0, retries=2,
        retry_on=("lost", "error"), backoff_s=10.0, stalled_s=600.0, memory_bytes=2**31,
        tags=("b", "a"),
    ),
    CatalogueEntry(
        name="folder.broken", module="folder.broken", title="folder.broken", error="ImportError: no such thing",
        traceback="Traceback (most recent call last):\n  ...",
    ),
    CatalogueEntry(name="no_schema_at_all", module="m", config_schema={"$ref": "#/$defs/Nowhere"}),
]  # fmt: skip


def fill(api: Api, entries: Sequence[CatalogueEntry], worker_id: UUID | None = None) -> UUID:
    async def write(database: Database) -> UUID:
        wanted = worker_id or new_id()
        async with database.unit() as unit:
            worker = Registration(
                id=wanted, host="h", machine="m", pid=1, process_started=1.0, queues=("default",), slots=1, folders=()
            )
            await register(unit.session, worker, lease_s=60)
            await write_catalogue(unit, wanted, entries)
        return wanted

    return api.work(write)


@pytest.fixture(scope="module", autouse=True)
def worker_id(api: Api) -> UUID:
    return fill(api, ENTRIES)


def test_the_catalogue_lists_experiments_and_what_is_broken(api: Api) -> None:
    found = api.get("/experiments")["items"]
    assert [item["name"] for item in found] == ["folder.broken", "no_schema_at_all", "pairs.v2"]
    pairs = found[2]
    assert pairs.pop("updated_at").endswith("Z")
    assert pairs == {
        "name": "pairs.v2",
        "title": "Pairs",
        "description": "Compares.",
        "module": "folder.pairs",
        "config_schema": SCHEMA,
        "form_schema": SCHEMA,
        "defaults": {"zeta": 3},
        "source_hash": "ab" * 32,
        "queue": "gpu",
        "timeout_s": 90.0,
        "stalled_s": 600.0,
        "memory_bytes": 2**31,
        "retries": 2,
        "retry_on": ["lost", "error"],
        "backoff_s": 10.0,
        "tags": ["b", "a"],
        "error": None,
        "traceback": None,
        "version": 1,
    }
    broken = found[0]
    assert {broken[name] for name in ("config_schema", "form_schema", "defaults", "source_hash")} == {None}
    assert broken["error"] == "ImportError: no such thing"
    assert broken["traceback"].startswith("Traceback")


def test_one_experiment_by_a_name_with_dots(api: Api) -> None:
    answer = api.client.get("/api/experiments/pairs.v2")
    assert answer.json() == api.get("/experiments")["items"][2]
    assert list(answer.json()["config_schema"]["properties"]) == ["zeta", "alpha"]  # the order of the source
    assert api.get("/experiments/folder.broken")["error"] == "ImportError: no such thing"
    for name in ("nowhere", "%00", "..", "a%2Fb", "x" * 3000, "%ED%A0%80"):
        api.refused(404, "GET", f"/experiments/{name}")


@pytest.mark.parametrize(
    ("config", "errors"),
    [
        ({}, {}),
        ({"zeta": 5, "alpha": [{"left": "x"}]}, {}),
        ([], {"": "must be an object"}),
        (None, {"": "must be an object"}),
        ("text", {"": "must be an object"}),
        ({"zeta": 0, "omega": 1}, {"/zeta": "must be at least 1", "/omega": "is not a known field"}),
        (
            {"alpha": [{}, {"left": 1, "right/~": 2}]},
            {"/alpha/0/left": "is required", "/alpha/1/left": "must be text", "/alpha/1/right~1~0": "must be text"},
        ),
        ({"alpha": [{"left": "\0"}]}, {"/alpha/0/left": "must not contain the NUL character"}),
        ({"zeta": 2**70}, {"/zeta": "must fit in 64 bits"}),
        ("\0", {"": "must not contain the NUL character"}),
    ],
)
def test_every_fault_of_a_config_is_named(api: Api, config: Any, errors: dict[str, str]) -> None:
    found = api.post("/experiments/pairs.v2/validate", {"config": config}, status=200)
    assert found["valid"] is (not errors)
    assert {fault["path"]: fault["message"] for fault in found["errors"]} == errors


def test_a_config_cannot_be_checked_against_what_is_broken(api: Api) -> None:
    found = api.refused(409, "POST", "/experiments/folder.broken/validate", json={"config": {}})
    assert "ImportError: no such thing" in found["detail"]
    api.refused(404, "POST", "/experiments/nowhere/validate", json={"config": {}})
    assert api.refused(422, "POST", "/experiments/pairs.v2/validate", json={})["/config"] == "is required"
    assert api.refused(422, "POST", "/experiments/pairs.v2/validate", json={"config": {}, "x": 1})["/x"]
    found = api.post("/experiments/no_schema_at_all/validate", {"config": {}}, status=200)
    assert found["valid"] is False
    assert found["errors"][0]["message"].startswith("cannot be checked")


def test_an_entry_that_changes_gets_a_new_version(api: Api, worker_id: UUID) -> None:
    before = api.get("/experiments/pairs.v2")
    changed = [*ENTRIES[1:], CatalogueEntry(name="pairs.v2", module="folder.pairs", title="New", config_schema=SCHEMA)]
    fill(api, changed, worker_id)
    after = api.get("/experiments/pairs.v2")
    assert (after["title"], after["version"]) == ("New", before["version"] + 1)
    assert after["updated_at"] > before["updated_at"]
    fill(api, ENTRIES, worker_id)
