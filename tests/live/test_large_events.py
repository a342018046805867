"""An event that no frame can hold: whoever follows is told to fetch, and goes on."""

import json

from websockets.sync.client import connect

LIMIT_BYTES = 512 * 1024


def test_a_huge_traceback_is_fetched_not_sent(stack):
    run_id = stack.start("shouts", characters=300_000)
    with connect(stack.stream_url, max_size=LIMIT_BYTES) as socket:
        for topic in ("instances", f"run:{run_id}"):
            socket.send(json.dumps({"op": "subscribe", "topic": topic}))
        seen: dict[str, list[str]] = {"instances": [], f"run:{run_id}": []}
        # Both are told of the ending, by its event or by being told to fetch, and of what comes after it.
        while not all("resync" in kinds for kinds in seen.values()):
            frame = json.loads(socket.recv(60))
            if frame["type"] in ("event", "resync"):
                seen[frame["topic"]].append(frame["type"])
        run = stack.until(run_id)
        assert (run["status"], run["reason"]) == ("failed", "error")
        assert len(run["traceback"].encode()) > 200_000
        stack.start("numbered", lines=1)
        while json.loads(socket.recv(60)).get("event") != "run.updated":
            pass
