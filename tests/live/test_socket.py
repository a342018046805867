"""The WebSocket as a client meets it: what is refused and how, `tail`, deletion, and clients that do not read."""

import json
import re
import time
from itertools import groupby

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from stack import eventually

RUN = "0190e6a0-0000-7000-8000-000000000001"


class Client:
    def __init__(self, stack):
        self.socket = connect(stack.stream_url, max_size=2**20).__enter__()

    def send(self, **frame):
        self.socket.send(json.dumps(frame))

    def get(self, seconds=30):
        return json.loads(self.socket.recv(timeout=seconds))

    def until(self, *types, seconds=30):
        """Frames up to the first of these types."""
        frames = []
        while not frames or frames[-1]["type"] not in types:
            frames.append(self.get(seconds))
        return frames


@pytest.fixture
def client(stack):
    made = Client(stack)
    yield made
    try:
        made.socket.close()
    except (ConnectionClosed, OSError):
        pass  # the server was first


def test_every_wrong_frame_is_answered_and_the_socket_lives_on(client, stack):
    wrong = [
        ("{", "not a frame"),
        ("[]", "not a frame"),
        ('{"op":"dance"}', "not a frame"),
        ('{"op":"subscribe"}', "topic"),
        ('{"op":"subscribe","topic":"instances","extra":1}', "extra"),
        ('{"op":"subscribe","topic":"weather"}', "topics are instances"),
        (f'{{"op":"subscribe","topic":"run:{RUN}"}}', f"no run {RUN}"),
        (f'{{"op":"subscribe","topic":"run:{RUN}:logs"}}', f"no run {RUN}"),
        (f'{{"op":"subscribe","topic":"instance:{RUN}"}}', f"no instance {RUN}"),
        (f'{{"op":"subscribe","topic":"run:{RUN.upper()}:logs"}}', "unknown topic"),
        ('{"op":"subscribe","topic":"instances","after":3}', "no offsets"),
        ('{"op":"unsubscribe","topic":"instances"}', "not subscribed"),
        ("[" * 100_000, "not a frame"),
        ('"' + "x" * 500_000 + '"', "not a frame"),
    ]
    for text, said in wrong:
        client.socket.send(text)
        frame = client.get()
        assert frame["type"] == "error", frame
        assert said in frame["message"], (text[:60], frame)
    client.socket.send(b"\x00\x01")
    assert "not binary" in client.get()["message"]
    client.send(op="ping")
    assert client.get() == {"type": "pong"}
    run_id = stack.start("numbered", lines=3)
    stack.until(run_id)
    for after in (3, 10**30, -2):
        client.send(op="subscribe", topic=f"run:{run_id}:logs", after=after)
        assert client.get()["type"] == "error"
    client.send(op="subscribe", topic="instances")
    assert client.get() == {"type": "subscribed", "topic": "instances", "after": None, "next": None}
    client.send(op="subscribe", topic="instances")
    assert "already subscribed" in client.get()["message"]


def test_more_than_a_mebibyte_closes_the_socket_alone(client, stack):
    def send_too_much():
        client.socket.send("x" * (2**20 + 1))
        client.get()

    # While it still sends, its own system may tell it of a reset before it has read the code.
    with pytest.raises((ConnectionClosed, OSError)) as closed:
        send_too_much()
    if isinstance(closed.value, ConnectionClosed) and closed.value.rcvd is not None:
        assert closed.value.rcvd.code == 1009
    with Client(stack).socket as other:
        assert other.ping().wait(30)


def test_a_run_from_pending_to_its_end_on_all_its_topics(client, stack):
    instance_id = stack.instance("numbered", {"lines": 150, "pause_s": 0.005})
    for topic in ("instances", f"instance:{instance_id}"):
        client.send(op="subscribe", topic=topic)
        assert client.get()["type"] == "subscribed"
    began = time.monotonic()
    run_id = stack.http.post(f"/api/instances/{instance_id}/runs").json()["id"]
    seen = {"instances": [], f"instance:{instance_id}": []}
    while not any(event == "run.updated" and data["status"] == "completed" for event, data in seen["instances"]):
        frame = client.get()
        assert frame["type"] == "event"
        seen[frame["topic"]].append((frame["event"], frame["data"]))
    while not any(event == "instance.updated" and data["run_counts"]["completed"] for event, data in seen["instances"]):
        frame = client.get()
        seen[frame["topic"]].append((frame["event"], frame["data"]))
    for events in seen.values():
        runs = [data for event, data in events if event.startswith("run.")]
        # While it runs its environment comes along too.
        assert [status for status, _ in groupby(data["status"] for data in runs)] == ["pending", "running", "completed"]
        assert {data["id"] for data in runs} == {run_id}
        versions = [data["version"] for data in runs]
        assert versions == sorted(set(versions))
        counts = [data["run_counts"] for event, data in events if event == "instance.updated"]
        assert counts[-1] == {"pending": 0, "running": 0, "completed": 1, "failed": 0, "cancelled": 0, "total": 1}
        assert "config" not in runs[0]
    progress = [data for event, data in seen[f"instance:{instance_id}"] if event == "progress"]
    assert 1 <= len(progress) <= (time.monotonic() - began) / 0.5 + 2


def test_tail_skips_what_is_far_behind_and_says_so(client, stack):
    run_id = stack.start("numbered", lines=8000)
    stack.until(run_id)
    client.send(op="subscribe", topic=f"run:{run_id}:logs", after=-1, mode="tail")
    frames = client.until("end")
    assert [frame["type"] for frame in frames[:2]] == ["subscribed", "skip"]
    skip = frames[1]
    assert (skip["from"], skip["to"]) == (0, 7500)
    offsets = [item["offset"] for frame in frames if frame["type"] == "batch" for item in frame["items"]]
    assert offsets == list(range(7500, 8000))
    assert frames[-1]["next"] == 8000


def test_subscribing_without_a_cursor_starts_at_the_present_end(client, stack):
    run_id = stack.start("numbered", lines=100_000, pause_s=0.01)
    stack.until_lines(run_id, 10)
    client.send(op="subscribe", topic=f"run:{run_id}:logs")
    subscribed = client.get()
    assert subscribed["after"] == subscribed["next"] - 1 >= 9
    assert client.get()["from"] == subscribed["next"]
    client.send(op="unsubscribe", topic=f"run:{run_id}:logs")
    client.send(op="ping")
    client.until("pong")
    stack.cancel(run_id)


def test_a_deleted_run_is_told_to_its_followers(client, stack):
    run_id = stack.start("numbered", lines=3)
    stack.until(run_id)
    client.send(op="subscribe", topic=f"run:{run_id}")
    assert client.get()["type"] == "subscribed"
    assert stack.http.delete(f"/api/runs/{run_id}").status_code == 204
    while (frame := client.get())["event"] == "run.updated":
        pass  # its end, where that was still on its way
    assert (frame["event"], frame["data"]["id"]) == ("run.deleted", run_id)


def test_frames_stay_below_their_limit_whatever_the_lines(client, stack):
    run_id = stack.start("log_wide", lines=40)
    stack.until(run_id)
    client.send(op="subscribe", topic=f"run:{run_id}:logs", after=-1)
    place = 0
    while True:
        text = client.socket.recv(timeout=30)
        frame = json.loads(text)
        assert len(text.encode()) <= 512 * 1024
        if frame["type"] == "end":
            break
        if frame["type"] == "batch":
            assert frame["from"] == place
            place += len(frame["items"])
    assert place == 40


def read_all(socket):
    while True:
        socket.recv(timeout=60)


def test_a_client_that_never_reads_disturbs_nobody_and_is_closed(client, stack):
    with connect(stack.stream_url, max_queue=1, compression=None, close_timeout=1) as deaf:
        run_id = stack.start("log_wide", lines=400)
        deaf.send(json.dumps({"op": "subscribe", "topic": f"run:{run_id}:logs", "after": -1}))
        client.send(op="subscribe", topic=f"run:{run_id}:logs", after=-1)
        frames = client.until("batch", seconds=60)
        # Whoever waited for the deaf one would be held up for ten seconds at once.
        frames += client.until("end", seconds=8)
        assert sum(len(frame["items"]) for frame in frames if frame["type"] == "batch") == 400
        stack.until(run_id)

        def sockets():
            return re.search(r"^athanor_stream_sockets (\S+)", stack.http.get("/metrics").text, re.MULTILINE)[1]

        eventually(lambda: sockets() == "1.0", seconds=60, what="the end of the deaf one")
        # It finds 4408 behind what its buffers held.
        with pytest.raises(ConnectionClosed) as closed:
            read_all(deaf)
        assert closed.value.rcvd is None or closed.value.rcvd.code == 4408
