"""The client's commands against a real server and a real worker."""

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli_client import TOKEN, Said, Stack, stack
from servers import Servers


@pytest.fixture(scope="module")
def backbone(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(session_servers, tmp_path_factory.mktemp("client")) as made:
        yield made


def runs(backbone: Stack, **query: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = backbone.api.get("/runs", params=query).json()["items"]
    return found


def until(said: Any, what: str) -> None:
    deadline = time.monotonic() + 60
    while not said():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


LEAVE = """
import sys
from uuid import UUID
from athanor.cli.api import open_api
from athanor.cli.stream import Lines, RunStream
with open_api() as api:
    happenings = RunStream(api, UUID(sys.argv[1])).follow()
    next(each for each in happenings if isinstance(each, Lines))
    print("reading", flush=True)
    sys.stdin.readline()
    happenings.close()
"""
LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z #1 (DEBUG|INFO |WARN |ERROR) ")


def test_a_followed_run_shows_its_lines_and_ends_with_0(backbone: Stack) -> None:
    said = backbone.say("run", "greet", "--set", "times=2", "--set", "name=5", "--set", "model.depth=9", "--follow")
    assert said.code == 0, said
    assert [LINE.sub(r"\1 ", line) for line in said.lines] == [
        'INFO  hello 5 0 {"depth":9}',
        'INFO  hello 5 1 {"depth":9}',
        "WARN  careful \x1b[31m",
        "ERROR bad",
        "worse",
    ]
    assert said.err.splitlines() == [
        "Run 1 of the instance 'greet model={\"depth\":9} name=5 times=2' started.",
        "Run 1 of greet completed",
    ]
    (run,) = runs(backbone, q="name=5 times=2")
    config = backbone.api.get(f"/runs/{run['id']}").json()["config"]
    assert config == {
        "name": "5", "times": 2, "model": {"depth": 9, "kind": "tree"}, "loud": False, "pairs": [],
    }  # fmt: skip


def test_the_same_values_use_the_same_instance(backbone: Stack) -> None:
    for _ in range(2):
        assert backbone.say("run", "greet", "--set", "times=7").code == 0
    assert backbone.say("run", "greet", "--set", "times=70").code == 0
    found = backbone.api.get("/instances", params={"q": "times=7"}).json()["items"]
    assert sorted((item["name"], item["run_counts"]["total"]) for item in found) == [
        ("greet times=7", 2),
        ("greet times=70", 1),
    ]


def test_a_named_instance_keeps_its_config(backbone: Stack, tmp_path: Path) -> None:
    file = tmp_path / "config.json"
    file.write_text(json.dumps({"times": 4, "pairs": [{"kind": "a"}]}))
    first = backbone.say("run", "greet", "--name", "Mine", "--config", str(file))
    second = backbone.say("run", "greet", "--name", "Mine", "--set", "pairs.0.depth=8", "--set", "pairs.1.kind=b")
    third = backbone.say("run", "greet", "--name", "Mine")
    configs = [backbone.api.get(f"/runs/{said.out.strip()}").json()["config"] for said in (first, second, third)]
    assert [config["pairs"] for config in configs] == [
        [{"kind": "a", "depth": 3}],
        [{"kind": "a", "depth": 8}, {"kind": "b", "depth": 3}],
        [{"kind": "a", "depth": 3}],
    ]
    assert [config["times"] for config in configs] == [4, 4, 4]
    assert [backbone.api.get(f"/runs/{said.out.strip()}").json()["number"] for said in (first, second, third)] == [
        1,
        2,
        3,
    ]


def test_values_are_read_as_the_schema_wants_them(backbone: Stack) -> None:
    said = backbone.say("run", "greet", "--set", "name=true", "--set", "loud=True", "--set", "times=1e1")
    config = backbone.api.get(f"/runs/{said.out.strip()}").json()["config"]
    assert (config["name"], config["loud"], config["times"]) == ("true", True, 10)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("run", "greet", "--set", "times=0", "--set", "nam=x"),
         ["  times: must be at least 1", "  nam: is not a known field"]),
        (("run", "greet", "--set", "pairs.0.kind=1", "--set", "pairs=[{}]", "--set", "pairs.0.deep=2"),
         ["  pairs.0.deep: is not a known field"]),
        (("run", "greet", "--set", "times"), ["must be like flips=500"]),
        (("run", "greet", "--set", "pairs.3.kind=a"), ["must be a place in a list of 0"]),
        (("run", "gret"), ["There is no experiment 'gret'. Did you mean greet?"]),
        (("run", "broken"), ["cannot be used: ModuleNotFoundError", "a_module_that_is_nowhere", "Traceback"]),
        (("run", "greet", "--config", "nowhere.json"), ["does not exist"]),
        (("logs", "zz"), ["'zz' is no run: give its id"]),
        (("logs", "ffffffff"), ["There is no run whose id begins with ffffffff"]),
        (("logs", "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"), ["There is no run 0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e."]),
        (("logs", "-f", "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"), ["There is no run 0190b5a2"]),
        (("cancel", "0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"), ["There is no run 0190b5a2"]),
        (("runs", "--status", "over"), ["'over' is not one of 'pending', 'running'"]),
        (("experiments", "nowhere"), ["There is no experiment 'nowhere' in the catalogue."]),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(backbone: Stack, arguments: tuple[str, ...], says: list[str]) -> None:
    said = backbone.say(*arguments)
    assert said.code == 2, said
    for part in says:
        assert part in said.err
    assert "Traceback (most recent call last):\n  File" not in said.err or "broken" in arguments


def test_refused_values_leave_no_instance_behind(backbone: Stack) -> None:
    before = backbone.api.get("/instances").json()["total"]
    assert backbone.say("run", "greet", "--set", "times=0").code == 2
    assert backbone.api.get("/instances").json()["total"] == before


def test_lists_are_lines_of_cells(backbone: Stack) -> None:
    backbone.say("run", "greet", "--name", "Listed\ttab", "--follow")
    experiments = [line.split("\t") for line in backbone.say("experiments").lines]
    assert [row[0] for row in experiments] == ["broken", "fail", "greet", "slow", "wobble"]
    assert experiments[0][2].startswith("cannot be used: ModuleNotFoundError")
    assert experiments[2] == ["greet", "default", "Greet somebody"]
    fields = {line.split("\t")[0]: line.split("\t")[1:] for line in backbone.say("experiments", "greet").lines[4:]}
    assert fields["times"] == ["integer", "3", "at least 1, at most 100000"]
    assert fields["name"] == ["string", '"world"', "Whom to greet"]
    assert fields["model.kind"] == ["string", '"tree"', ""]
    (instance,) = [line.split("\t") for line in backbone.say("instances", "-q", "Listed").lines]
    assert instance[1:5] == ["Listed tab", "greet", "1", "completed"]
    listed = [line.split("\t") for line in backbone.say("runs", "--limit", "1", "--status", "completed").lines]
    assert len(listed) == 1
    assert listed[0][1:5] == ["greet", "1", "completed", "ok"]


def test_a_failed_run_ends_with_1(backbone: Stack) -> None:
    said = backbone.say("run", "fail", "--follow")
    assert said.code == 1
    assert said.err.splitlines()[-1] == "Run 1 of fail failed (error): ValueError: no luck"
    log = backbone.say("logs", "last")
    assert log.code == 0
    assert log.lines == said.lines
    assert log.lines[0].endswith("INFO  about to fail")


def test_a_run_is_followed_over_its_attempts(backbone: Stack) -> None:
    said = backbone.say("run", "wobble", "--follow")
    assert said.code == 0, said.err
    assert "Attempt 1 of 2 ended; another one follows." in said.err
    assert said.err.splitlines()[-1] == "Run 1 of wobble completed"
    assert [line.split("Z ")[1] for line in said.lines] == ["#1 INFO  standing", "#2 INFO  standing"]


def test_logs_by_prefix_level_and_offset(backbone: Stack) -> None:
    run_id = backbone.say("run", "greet", "--set", "times=2500").out.strip()
    followed = backbone.say("logs", run_id, "--follow")
    assert followed.code == 0
    whole = backbone.say("logs", run_id)
    assert whole.lines == followed.lines
    assert len(whole.lines) == 2503
    assert backbone.say("logs", run_id[:-1], "--level", "error").lines[0].endswith("ERROR bad")
    assert backbone.say("logs", run_id, "--level", "warn", "-f").lines == whole.lines[2500:]
    assert backbone.say("logs", run_id, "--after", "2499").lines == whole.lines[2500:]
    assert backbone.say("logs", run_id, "--after", "2499", "-f").lines == whole.lines[2500:]
    ambiguous = backbone.say("logs", run_id[:4])
    assert ambiguous.code == 2
    assert "runs have ids that begin with" in ambiguous.err


def test_cancel_ends_a_run_and_its_follower(backbone: Stack) -> None:
    follower = backbone.start("run", "slow", "--follow")
    until(lambda: runs(backbone, status="running", experiment="slow"), "the run starts")
    assert follower.stdout is not None
    assert b"line 0" in follower.stdout.readline()
    said = backbone.say("cancel", "last")
    assert (said.code, said.err) == (0, "Run 1 of slow is being cancelled.\n")
    _, err = follower.communicate(timeout=60)
    assert follower.returncode == 130
    assert err.decode().splitlines()[-1].startswith("Run 1 of slow cancelled (user)")
    again = backbone.say("cancel", "last")
    assert (again.code, again.err) == (
        0,
        "It was over already, nothing was changed:\nRun 1 of slow cancelled (user)\n",
    )


def test_ctrl_c_cancels_and_goes_on_to_the_end(backbone: Stack) -> None:
    follower = backbone.start("run", "slow", "--set", "ignores=true", "--set", "lines=100000", "--follow")
    assert follower.stdout is not None
    assert b"line 0" in follower.stdout.readline()
    follower.send_signal(signal.SIGINT)
    assert follower.stderr is not None
    while follower.stderr.readline() != b"Cancelling; Ctrl-C again leaves the run to itself.\n":
        assert follower.poll() is None
    until(lambda: runs(backbone, limit=1)[0]["cancel_requested_at"], "the wish arrives")
    assert backbone.say("cancel", "--force", "last").code == 0
    out, err = follower.communicate(timeout=60)
    assert follower.returncode == 130
    said = err.decode().splitlines()
    assert len(said) == 1
    assert said[-1].startswith("Run 1 of slow cancelled (user_forced)")
    (run,) = runs(backbone, limit=1)
    assert len(out.splitlines()) + 1 == run["counts"]["logs"]["info"]


def test_ctrl_c_twice_leaves(backbone: Stack) -> None:
    arguments = ("--set", "ignores=true", "--set", "lines=99999", "--set", "every_s=0.05")
    follower = backbone.start("run", "slow", *arguments, "--follow")
    assert follower.stdout is not None
    assert b"line 0" in follower.stdout.readline()
    follower.send_signal(signal.SIGINT)
    assert follower.stderr is not None
    while b"Cancelling" not in follower.stderr.readline():
        assert follower.poll() is None
    until(lambda: runs(backbone, limit=1)[0]["cancel_requested_at"], "the wish arrives")
    follower.send_signal(signal.SIGINT)
    _, err = follower.communicate(timeout=60)
    assert follower.returncode == 130
    (run,) = runs(backbone, limit=1)
    assert err.decode().startswith(f"Left. `athanor logs {run['id']} --follow` goes on")
    assert run["cancel_requested_at"] is not None
    assert backbone.say("cancel", "--force", "last").code == 0
    assert backbone.say("logs", "last", "--follow").code == 0


def test_following_logs_is_left_without_harm(backbone: Stack) -> None:
    run_id = backbone.say("run", "slow", "--set", "lines=2000").out.strip()
    follower = backbone.start("logs", run_id, "--follow")
    assert follower.stdout is not None
    assert b"line 0" in follower.stdout.readline()
    follower.send_signal(signal.SIGINT)
    follower.communicate(timeout=60)
    assert follower.returncode in (1, 130)
    assert backbone.api.get(f"/runs/{run_id}").json()["cancel_requested_at"] is None
    assert backbone.say("cancel", run_id[:-2]).code == 0


def test_who_leaves_waits_for_nothing_that_was_not_read(backbone: Stack) -> None:
    run_id = backbone.say("run", "slow", "--set", "lines=2000").out.strip()
    arguments = [sys.executable, "-c", LEAVE, run_id]
    pipe = subprocess.PIPE
    with subprocess.Popen(arguments, env=backbone.environment, stdin=pipe, stdout=pipe) as follower:
        assert follower.stdin is not None
        assert follower.stdout is not None
        assert follower.stdout.readline() == b"reading\n"
        until(lambda: sum(backbone.api.get(f"/runs/{run_id}").json()["counts"]["logs"].values()) > 300, "lines wait")
        follower.stdin.write(b"\n")
        follower.stdin.flush()
        assert follower.wait(timeout=60) == 0
    assert backbone.say("cancel", run_id).code == 0


def test_a_server_killed_under_a_follower_costs_no_line(backbone: Stack) -> None:
    follower = backbone.start("run", "slow", "--set", "lines=300", "--follow")
    assert follower.stdout is not None
    first = follower.stdout.readline()
    for _ in range(2):
        backbone.kill_server()
        time.sleep(0.3)
        backbone.start_server()
    out, err = follower.communicate(timeout=120)
    assert follower.returncode == 0, err
    numbers = [int(line.rsplit(b" ", 1)[1]) for line in (first + out).splitlines()]
    assert numbers == list(range(300))
    assert b"connecting again" in err


def test_where_no_server_answers_it_is_said(backbone: Stack) -> None:
    said = backbone.say("runs", ATHANOR_PORT="1")
    assert said.code == 2
    assert said.err.startswith("Error: No server answers at http://127.0.0.1:1 (")
    assert "athanor up" in said.err
    said = backbone.say("runs", ATHANOR_URL="ftp://x")
    assert "ATHANOR_URL=ftp://x" in said.err or "ATHANOR_URL:" in said.err


def test_the_token_and_the_address_come_from_the_environment(backbone: Stack, tmp_path: Path) -> None:
    wrong = backbone.say("runs", ATHANOR_TOKEN="another-token-of-enough-characters")
    assert (wrong.code, "asks for its token: set ATHANOR_TOKEN" in wrong.err) == (2, True)
    missing = backbone.say("runs", ATHANOR_TOKEN="auto", ATHANOR_DATA_DIR=str(tmp_path))
    assert "ATHANOR_TOKEN=auto: the server's token cannot be read" in missing.err
    (tmp_path / "token").write_text(TOKEN + "\n")
    for environment in (
        {"ATHANOR_TOKEN": "auto", "ATHANOR_DATA_DIR": str(tmp_path)},
        {"ATHANOR_PORT": "1", "ATHANOR_URL": f"http://localhost:{backbone.port}/"},
        {"ATHANOR_HOST": "0.0.0.0"},
        {"HTTP_PROXY": "http://127.0.0.1:1", "ALL_PROXY": "http://127.0.0.1:1"},
    ):
        said = backbone.say("run", "greet", "--follow", **environment)
        assert said.code == 0, (environment, said.err)


def test_a_terminal_gets_colours_a_bar_and_no_foreign_escapes(backbone: Stack) -> None:
    shown = in_terminal(backbone, "run", "greet", "--set", "times=3", "--follow")
    assert shown.code == 0
    assert "hello world 2" in shown.out
    assert "\x1b[33mcareful \u241b[31m\x1b[0m" in shown.out
    assert "\x1b[1;31m ERROR \x1b[0m\x1b[31mbad\x1b[0m\r\n\x1b[31mworse\x1b[0m" in shown.out
    shown = in_terminal(backbone, "run", "slow", "--set", "lines=80", "--follow")
    assert shown.code == 0
    assert "\x1b[36mrunning\x1b[0m" in shown.out
    assert re.search(r"\d+ of 80 ticking", shown.out)
    assert shown.out.rstrip().endswith("Run 1 of slow completed")
    table = in_terminal(backbone, "runs", "--limit", "1")
    assert "EXPERIMENT" in table.out
    assert "completed" in table.out
    narrow = in_terminal(backbone, "runs", "--limit", "3", COLUMNS="80")
    assert "completed" in narrow.out
    assert re.search(r"(?m)^\S*[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4} ", narrow.out)
    assert all(len(re.sub(r"\x1b\[[0-9;]*m", "", line)) <= 80 for line in narrow.out.splitlines())


def in_terminal(backbone: Stack, *arguments: str, **environment: str) -> Said:
    """A command whose output goes to a terminal of 200 columns."""
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        backbone.command(*arguments),
        env={**backbone.environment, "TERM": "xterm-256color", **environment},
        cwd=backbone.folder,
        stdin=follower,
        stdout=follower,
        stderr=follower,
        start_new_session=True,
    )
    os.close(follower)
    text = b""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        ready, _, _ = select.select([leader], [], [], 0.2)
        if ready:
            try:
                part = os.read(leader, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
    os.close(leader)
    return Said(process.wait(60), text.decode(errors="replace"), "")
