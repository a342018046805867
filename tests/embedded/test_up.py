"""`athanor up` with real databases and stand-in parts: start, look, stop, restart, refuse."""

import asyncio
import json
import os
import re
import signal
import socket
from pathlib import Path

import psutil

from athanor.embedded.health import answers
from embedded.stack import stack, until
from servers import Servers


def test_starts_all_shows_one_block_and_stops_in_order(data_dir: Path) -> None:
    with stack(data_dir, ATHANOR_TOKEN="s3cret") as up:
        up.ready()
        parts = up.parts()
        assert set(parts) == {"postgres", "valkey", "server", "worker"}
        assert {name: os.getsid(pid) for name, pid in parts.items()} == parts
        assert asyncio.run(answers("127.0.0.1", up.port))
        up.stop()
    assert f"open        http://127.0.0.1:{up.port}\n" in up.text
    assert f"data        {data_dir}\n" in up.text
    assert "token       set (ATHANOR_TOKEN): the page asks for it\n" in up.text
    assert "s3cret" not in up.text.replace("token s3cret", "")
    assert "start number 1 here, 1 there" in up.text
    assert "\x1b" not in up.text
    assert "␛[2J" in up.text
    assert data_dir.stat().st_mode & 0o777 == 0o700


def test_in_json_every_line_is_an_object_with_its_part(data_dir: Path) -> None:
    with stack(data_dir, ATHANOR_LOG_FORMAT="json") as up:
        up.says("Athanor is ready")
        up.signal(signal.SIGTERM)
        assert up.exit_code() == 0
    lines = [json.loads(line) for line in up.text.splitlines()]
    assert {line["part"] for line in lines} == {"up", "postgres", "migrate", "server", "worker", "valkey"}
    assert all(line["time"].endswith("Z") and line["level"] and line["message"] for line in lines)


def test_databases_hold_no_secret(data_dir: Path) -> None:
    with stack(data_dir, ATHANOR_TOKEN="s3cret", OPENAI_API_KEY="s3cret") as up:
        up.ready()
        told = {name: set(psutil.Process(up.parts()[name]).environ()) for name in ("postgres", "valkey")}
        up.stop()
    assert all(not {"ATHANOR_TOKEN", "OPENAI_API_KEY"} & names for names in told.values())


def test_each_part_that_dies_is_started_again(data_dir: Path) -> None:
    with stack(data_dir) as up:
        up.ready()
        before = up.parts()
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        until(lambda: len(up.parts()) == 4 and not set(up.parts().values()) & set(before.values()), "new parts")
        until(lambda: asyncio.run(answers("127.0.0.1", up.port)), "health")
        up.says("ready to accept connections", times=2)
        assert up.text.count("ended: ended by SIGKILL; starts again in 0.1 s") == 4
        up.stop()


def test_pause_between_restarts_grows(data_dir: Path) -> None:
    with stack(data_dir) as up:
        up.ready()
        for pause in ("0.1", "0.2", "0.4"):
            until(lambda: "worker" in up.parts(), "a worker")
            os.kill(up.parts()["worker"], signal.SIGKILL)
            up.says(f"worker   | ended: ended by SIGKILL; starts again in {pause} s")
        until(lambda: "worker" in up.parts(), "a worker")
        up.stop()


def test_part_that_does_not_start_ends_all_with_one_sentence(data_dir: Path) -> None:
    for broken, sentence in (
        ("migrate", "Error: migrate failed: exit code 3. What it said is above."),
        ("server", "Error: server did not start: exit code 3. What it said is above."),
    ):
        with stack(data_dir, STAND_IN_BROKEN=broken) as up:
            assert up.exit_code() == 1
        assert up.text.rstrip().endswith(sentence)
        assert up.order_of_stop()[-2:] == ["valkey", "postgres"]


def test_busy_port_is_named_before_anything_is_started(data_dir: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with stack(data_dir, port=port) as up:
            assert up.exit_code() == 1
    assert up.text == (
        f"Error: Port {port} on 127.0.0.1 is in use. Stop what uses it, or set ATHANOR_PORT to another one.\n"
    )
    assert sorted(path.name for path in data_dir.iterdir()) == ["lock"]


def test_given_databases_are_used(data_dir: Path, session_servers: Servers) -> None:
    environment = session_servers.environment | {"ATHANOR_DATABASE_URL": session_servers.fresh_database()}
    with stack(data_dir, **environment) as up:
        up.ready()
        assert set(up.parts()) == {"server", "worker"}
        up.signal(signal.SIGTERM)
        assert up.exit_code() == 0
    assert up.order_of_stop() == ["worker", "server"]
    assert "start number 1 here" in up.text
    assert not (data_dir / "postgres").exists()
    assert not (data_dir / "valkey").exists()


def test_examples_are_seeded_and_the_first_run_is_started(data_dir: Path) -> None:
    with stack(data_dir, "--examples", ATHANOR_TOKEN="s3cret") as up:
        up.says("first run of")
        up.stop()
    posts = re.findall(r"POST (\S+) (.*)", up.text)
    assert [path for path, _ in posts] == ["/api/instances"] * 5 + ["/api/instances/id-1/runs"]
    assert posts[0][1] == f"Digits: a small neural network Bearer s3cret 127.0.0.1:{up.port}"
    assert f"http://127.0.0.1:{up.port}/runs/id-6" in up.text
