"""What a person does over REST, others see on the stream: every event, with its entity, on every topic it concerns."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from websockets.sync.client import ClientConnection, connect

from athanor.db.session import Database
from athanor.domain.events import Event
from athanor.domain.experiments.catalogue import write_catalogue
from athanor.domain.workers.repository import Registration, register
from athanor.wire.catalogue import CatalogueEntry
from athanor.wire.events import name_of
from domain_api import Api, id_of
from factories import make_instance, new_id, take


class Follower:
    """Reads events; each is checked against its type on the way."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    def subscribe(self, topic: str) -> None:
        self._socket.send(msgspec.json.encode({"op": "subscribe", "topic": topic}).decode())
        assert self._frame()["type"] == "subscribed"

    def next(self, count: int) -> list[tuple[str, str, Any]]:
        """Topic, name and data of the next `count` events."""
        found = []
        while len(found) < count:
            text = self._socket.recv(timeout=30)
            frame = msgspec.json.decode(text)
            assert frame["type"] == "event", frame
            assert name_of(msgspec.json.decode(text, type=Event)) == frame["event"]
            found.append((frame["topic"], frame["event"], frame["data"]))
        return found

    def nothing_more(self) -> None:
        self._socket.send('{"op":"ping"}')
        assert self._frame() == {"type": "pong"}

    def _frame(self) -> Any:
        return msgspec.json.decode(self._socket.recv(timeout=30))


@contextmanager
def following(api: Api, *topics: str) -> Iterator[Follower]:
    with connect(f"ws://{api.running.host}/api/stream", proxy=None) as socket:
        follower = Follower(socket)
        for topic in topics:
            follower.subscribe(topic)
        yield follower


def test_instances_and_runs_tell_what_happens_to_them(api: Api) -> None:
    api.work(make_instance)
    with following(api, "instances") as follower:
        created = api.instance()
        assert follower.next(1) == [("instances", "instance.created", created)]
        topic = f"instance:{created['id']}"
        follower.subscribe(topic)

        renamed = api.client.patch(f"/api/instances/{created['id']}", json={"name": "new"}).json()
        assert sorted(follower.next(2)) == [
            (topic, "instance.updated", renamed),
            ("instances", "instance.updated", renamed),
        ]

        started = api.post(f"/instances/{created['id']}/runs")
        seen = follower.next(4)
        assert {event[:2] for event in seen} == {
            (place, name) for place in (topic, "instances") for name in ("run.created", "instance.updated")
        }
        detail = ("config", "config_schema", "source_hash", "environment", "attempts")
        listed = {name: value for name, value in started.items() if name not in detail}
        assert [data for _, name, data in seen if name == "run.created"] == [listed, listed]
        assert [data["run_counts"]["pending"] for _, name, data in seen if name == "instance.updated"] == [1, 1]

        run_topic = f"run:{started['id']}"
        follower.subscribe(run_topic)
        cancelled = api.post(f"/runs/{started['id']}/cancel", status=200)
        seen = follower.next(5)
        assert {place for place, name, data in seen if name == "run.updated"} == {run_topic, topic, "instances"}
        assert {data["status"] for _, name, data in seen if name == "run.updated"} == {"cancelled"}
        assert cancelled["version"] > started["version"]

        assert api.client.delete(f"/api/runs/{started['id']}").status_code == 204
        seen = follower.next(5)
        gone = {"id": started["id"], "version": cancelled["version"] + 1}
        assert {(place, name) for place, name, data in seen if data == gone} == {
            (place, "run.deleted") for place in (run_topic, topic, "instances")
        }

        second = api.post(f"/instances/{created['id']}/runs")
        follower.next(4)
        follower.subscribe(f"run:{second['id']}")
        before = api.get(f"/instances/{created['id']}")
        assert api.client.delete(f"/api/instances/{created['id']}").status_code == 204
        seen = follower.next(6)
        gone = {"id": created["id"], "version": before["version"] + 1}
        assert [event for event in seen if event[1] == "instance.deleted"] == [
            (topic, "instance.deleted", gone), ("instances", "instance.deleted", gone),
        ]  # fmt: skip
        ended = [(place, data["status"]) for place, name, data in seen if name == "run.updated"]
        assert set(ended) == {(place, "cancelled") for place in (f"run:{second['id']}", topic, "instances")}
        assert {name for _, name, _ in seen if name not in ("run.updated", "instance.deleted")} <= {"run.deleted"}


def test_followers_of_a_run_learn_that_its_instance_was_deleted(api: Api) -> None:
    instance_id = api.work(make_instance)
    run = api.post(f"/instances/{instance_id}/runs")
    api.post(f"/runs/{run['id']}/cancel", status=200)
    with following(api, f"run:{run['id']}") as follower:
        api.client.delete(f"/api/instances/{instance_id}")
        ((topic, name, data),) = follower.next(1)
        assert (topic, name, data["id"]) == (f"run:{run['id']}", "run.deleted", run["id"])
        assert data["version"] > run["version"]


def test_what_is_refused_or_changes_nothing_tells_nothing(api: Api) -> None:
    created = api.instance()
    with following(api, "instances", f"instance:{created['id']}") as follower:
        api.refused(422, "PATCH", f"/instances/{created['id']}", json={"config": {"flips": 0}})
        api.refused(422, "POST", f"/instances/{created['id']}/runs", json={"config": {"flips": 0}})
        assert api.client.patch(f"/api/instances/{created['id']}", json={}).status_code == 200
        follower.nothing_more()


def test_the_catalogue_and_workers_tell_that_they_changed(api: Api) -> None:
    api.work(make_instance)
    worker_id = new_id()

    async def scan(database: Database) -> None:
        async with database.unit() as unit:
            worker = Registration(
                id=worker_id, host="h", machine="m", pid=1, process_started=1.0, queues=(), slots=1, folders=()
            )
            await register(unit.session, worker, lease_s=60)
            await write_catalogue(unit, worker_id, [CatalogueEntry(name="fresh", module="fresh", config_schema={})])

    with following(api, "experiments") as follower:
        api.work(scan)
        assert follower.next(1)[0][1:] == ("experiments.updated", {"names": ["fresh"], "removed": ["coin_flip"]})


def test_a_claim_shows_at_once(api: Api) -> None:
    from athanor.domain.runs.announce import announce

    instance_id = api.work(make_instance)
    run = api.post(f"/instances/{instance_id}/runs")

    async def claim(database: Database) -> None:
        await take(database, id_of(run))
        async with database.unit() as unit:
            await announce(unit, [id_of(run)])

    with following(api, f"run:{run['id']}") as follower:
        api.work(claim)
        ((_, name, data),) = follower.next(1)
        assert (name, data["status"], data["attempt"]) == ("run.updated", "running", 1)
