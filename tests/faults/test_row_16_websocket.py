"""Row 16, WebSocket: whatever frames a client sends, it alone suffers."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from followers import Followers
from raw_socket import RawSocket

RUN = "0190e6a0-0000-7000-8000-000000000001"
TOPICS = ["instances", "experiments", "workers", "run:", f"run:{RUN}", f"run:{RUN}:logs", f"run:{RUN}:logs:x",
          f"instance:{RUN}", "run:*", "\x00", "run:{}:metrics", "é" * 300, ""]  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(TOPICS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
FRAMES = st.fixed_dictionaries(
    {},
    optional={
        "op": st.sampled_from(["subscribe", "unsubscribe", "ping", "pong", ""]) | VALUES,
        "topic": st.sampled_from(TOPICS) | VALUES,
        "after": st.integers(-3, 2**70) | VALUES,
        "mode": st.sampled_from(["all", "tail", "none"]) | VALUES,
        "more": VALUES,
    },
)
MESSAGES = st.one_of(FRAMES.map(json.dumps), st.text(max_size=40), st.binary(max_size=40), VALUES.map(json.dumps))


@pytest.fixture
def good(stack):
    """A follower that must see every line of a run whatever the others do; checked at the end of each test."""
    run_id = stack.start("numbered", lines=200_000, pause_s=0.002)
    followers = Followers(stack.stream_url, run_id, 1)
    stack.until_lines(run_id, 10)
    yield
    stack.cancel(run_id)
    stack.until(run_id)
    stack.check_ledger(run_id, *followers.wait())
    assert "ERROR athanor" not in stack.said(), stack.said()[-4000:]


def answers(socket):
    """Whether the socket lives: it answers a ping, after whatever it had to say before."""
    socket.send('{"op":"ping"}')
    while json.loads(socket.recv(timeout=60))["type"] != "pong":
        pass
    return True


def test_no_frame_however_odd_breaks_the_socket(stack, good):
    with connect(stack.stream_url) as socket:

        @settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
        @given(message=MESSAGES)
        def send(message):
            socket.send(message)

        send()
        assert answers(socket)


def test_ten_thousand_subscriptions(stack, good):
    with connect(stack.stream_url, max_queue=None) as socket:
        for number in range(10_000):
            topic = f"run:0190e6a0-0000-7000-8000-{number:012x}"
            socket.send(json.dumps({"op": "subscribe", "topic": topic}))
        refused = set()
        while len(refused) < 10_000:
            frame = json.loads(socket.recv(timeout=60))
            if frame["type"] != "heartbeat":
                assert frame["message"].startswith(("there is no run", "at most 1000 subscriptions")), frame
                refused.add(frame["topic"])
        for topic in ("instances", "workers", "experiments"):
            socket.send(json.dumps({"op": "subscribe", "topic": topic}))
        assert answers(socket)


def test_two_mebibytes_in_one_frame(stack, good):
    def send_too_much():
        with connect(stack.stream_url) as socket:
            socket.send('{"op":"ping","more":"' + "x" * 2**21 + '"}')
            socket.recv(timeout=60)

    # Closed with 1009 (too big) while the client may still be sending: then its own system may tell it of a reset, and
    # not of the code.
    with pytest.raises((ConnectionClosed, OSError)) as closed:
        send_too_much()
    if isinstance(closed.value, ConnectionClosed) and closed.value.rcvd is not None:
        assert closed.value.rcvd.code == 1009
    with connect(stack.stream_url) as socket:
        assert answers(socket)


NO_FRAMES = {
    "half UTF-8": (0x1, b"\xff\xfe"),
    "a reserved opcode": (0x3, b"reserved"),
    "a goodbye too short": (0x8, b"\x00"),
    "a ping too long": (0x9, b"x" * 200),
    "goes on from nothing": (0x0, b"more"),
}


def test_what_is_no_frame_ends_that_socket_alone(stack, good):
    for opcode, payload in NO_FRAMES.values():
        broken = RawSocket(stack.port)
        broken.send(payload, opcode)
        try:
            while broken.read(65_536):
                pass  # until the server has closed it
        except ConnectionError:
            pass  # by a RST, where it had not read all
    with connect(stack.stream_url) as socket:
        assert answers(socket)
