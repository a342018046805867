"""`athanor doctor`: says what is wrong, exits 1 for it, changes nothing, prints no secret."""

import asyncio
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import athanor
from athanor.checks import disk
from athanor.doctor import databases
from athanor.doctor.findings import Finding, ok, without_secrets
from athanor.settings import Settings
from embedded.stack import remove_outside
from stack import EXPERIMENTS, Stack, eventually, free_port
from whole import Whole

Said = dict[str, list[tuple[str, str]]]


def doctor(environment: dict[str, str], *options: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-P", "-m", "athanor.cli", "doctor", *options],
        env={**{name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")}, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
        cwd=cwd,
    )


def said(environment: dict[str, str], code: int, **options: Any) -> Said:
    """What it says by check: (state, sentence)."""
    done = doctor(environment, "--json", **options)
    assert done.returncode == code, done.stdout + done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"] == (code == 0)
    found: Said = {}
    for finding in answer["findings"]:
        found.setdefault(finding["check"], []).append((finding["state"], finding["said"]))
    return found


def test_all_is_well_with_a_stack_that_runs(stack: Stack) -> None:
    os.makedirs(stack.environment["ATHANOR_DATA_DIR"], 0o700, exist_ok=True)
    eventually(lambda: stack.http.get("/api/experiments").json()["items"], what="the catalogue")
    found = said(stack.environment, 0)
    assert found["server"] == [
        (
            "ok",
            f"127.0.0.1 port {stack.port}: an Athanor answers, version {athanor.__version__}; all is well by its own "
            "account",
        )
    ]
    ((state, postgres),) = found["PostgreSQL"]
    assert state == "ok"
    assert "version 18." in postgres
    assert postgres.endswith("takes writes")
    assert found["Redis"][0][1].endswith("takes writes")
    ((state, worker),) = found["workers"]
    assert (state, worker.partition(": ")[2]) == ("ok", "queues default, 4 slots")
    assert found["experiments"][0][0] == "ok"
    assert abs(float(found["clock"][0][1].split(" is ")[1].split()[0])) < 5
    assert {"settings", "data folder", "disk", "page", "git"} < set(found)

    table = doctor(stack.environment)
    assert (table.returncode, table.stderr) == (0, "No problem found.\n")
    assert f"workers\tok\t{worker}" in table.stdout.splitlines()


def test_before_the_first_start_and_it_makes_nothing(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    (tmp_path / "experiments" / "fine.py").write_text("import json\n")
    (tmp_path / "experiments" / "broken.py").write_text("import no_such_module\n")
    (tmp_path / "runtime").mkdir(0o700)
    found = said({"ATHANOR_PORT": str(free_port()), "XDG_RUNTIME_DIR": str(tmp_path / "runtime")}, 1, cwd=tmp_path)
    assert found["data folder"] == [("note", f"{tmp_path}/.athanor does not exist yet; the first start makes it")]
    assert found["PostgreSQL"] == [("note", "the bundled one does not run; `athanor up` starts it")]
    assert found["bundled PostgreSQL"][0][1].startswith("postgres (PostgreSQL) 18.")
    assert found["bundled Valkey"][0][0] == "ok"
    ((state, sentence),) = found["experiments"]
    assert state == "problem"
    assert sentence.startswith("broken: ModuleNotFoundError")
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "experiments",
        "experiments/broken.py",
        "experiments/fine.py",
        "runtime",
    ]


def test_what_is_away_and_no_secret_is_printed(tmp_path: Path) -> None:
    environment = {
        "ATHANOR_DATABASE_URL": "postgresql://u:p%40ssw0rd@127.0.0.1:9/x",
        "ATHANOR_REDIS_URL": "redis://:hunter2@127.0.0.1:9",
        "ATHANOR_TOKEN": "a-token-of-enough-characters",
        "ATHANOR_EXPERIMENTS": str(tmp_path / "none"),
        "ATHANOR_PORT": str(free_port()),
        "ATHANOR_DATA_DIR": str(tmp_path),
    }
    found = said(environment, 1)
    assert found["PostgreSQL"][0][1].startswith("127.0.0.1:9, database x: does not answer: ")
    assert found["Redis"][0][1].startswith("127.0.0.1:9: does not answer: ")
    assert found["experiments"][0][1].startswith(f"{tmp_path}/none is not there. ")
    printed = doctor(environment).stdout + doctor(environment, "--json").stdout
    for secret in ("p%40ssw0rd", "p@ssw0rd", "hunter2", "a-token-of"):
        assert secret not in printed


def test_secrets_that_an_error_brings_along_are_taken_out() -> None:
    settings = Settings(database_url="postgresql+asyncpg://u:p%40ss@h/d", token="secret-token")
    (cleaned,) = without_secrets([ok("x", "p@ss p%40ss secret-token u")], settings)
    assert cleaned == Finding("x", "ok", "*** *** *** u")


def test_a_port_that_somebody_else_has(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        taken.listen()
        port = taken.getsockname()[1]
        taken.setblocking(True)
        found = said({"ATHANOR_PORT": str(port), "ATHANOR_DATA_DIR": str(tmp_path)}, 1, cwd=tmp_path)
    ((state, sentence),) = found["port"]
    assert state == "problem"
    assert sentence.startswith(f"127.0.0.1 port {port} is taken")
    assert f"(process {os.getpid()})" in sentence
    assert "and not by an Athanor that answers" in sentence


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"ATHANOR_LEASE": "soon"}, "ATHANOR_LEASE=soon: is not a duration"),
        ({"ATHANOR_HOST": "0.0.0.0"}, "ATHANOR_HOST=0.0.0.0 can be reached from other machines. Set ATHANOR_TOKEN"),
    ],
)
def test_settings_that_cannot_be_used(tmp_path: Path, settings: dict[str, str], sentence: str) -> None:
    found = said({"ATHANOR_DATA_DIR": str(tmp_path), **settings}, 1, cwd=tmp_path)
    assert found["settings"][0][0] == "problem"
    assert found["settings"][0][1].startswith(sentence)


def test_a_token_that_is_yet_to_be_made_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "experiments").mkdir()
    environment = {
        "ATHANOR_TOKEN": "auto",
        "ATHANOR_DATA_DIR": str(tmp_path / "data"),
        "ATHANOR_PORT": str(free_port()),
    }
    assert said(environment, 0, cwd=tmp_path)["settings"][0][1].endswith("token: made by the server")
    assert not (tmp_path / "data").exists()


def test_workers_that_are_silent_or_of_another_version_and_clocks_apart() -> None:
    def worker(number: int, age_s: float) -> databases.LiveWorker:
        return databases.LiveWorker(new_id(number), f"h, process {number}", ["default"], 4, False, age_s, 120.0)

    def new_id(number: int) -> Any:
        return f"id-{number}"

    workers = [worker(1, 1.0), worker(2, 50.0), worker(3, 1.0)]
    found = list(databases._workers(workers, ["a queue"], {"id-3": "0.0.1"}))  # type: ignore[dict-item]
    assert [finding.state for finding in found] == ["ok", "problem", "problem", "problem"]
    assert "its last heartbeat is 50 s old; after 120 s its runs are lost" in found[1].said
    assert "it is 0.0.1 and this Athanor" in found[2].said
    assert (found[3].check, found[3].said) == ("queues", "a queue")
    assert next(iter(databases._workers([], [], {}))).state == "problem"
    apart = databases.PostgresFindings(
        version="18.6",
        version_number=180006,
        clock_ahead_s=-9.0,
        schema="0001",
        migrated=True,
        problems=[],
        waiting=[],
    )
    clock = list(databases._postgres(apart, "here"))[-1]
    assert clock.state == "problem"
    assert clock.said.startswith("the database's clock is 9.0 s behind this machine's")


def test_what_athanor_up_brings_is_found_while_it_runs(tmp_path: Path) -> None:
    whole = Whole(tmp_path, experiments=str(EXPERIMENTS))
    try:
        whole.start()
        eventually(lambda: whole.get("/api/health")["status"] == "ok", what="health")
        found = said(whole.environment, 0)
        assert found["PostgreSQL"][0][0] == found["Redis"][0][0] == found["server"][0][0] == "ok"
        assert found["workers"][0][0] == "ok"
        folders = {folder.name for folder in disk.data_folders(tmp_path / "data")}
        assert folders <= {"data", "postgres"}
        if os.geteuid() == 0:
            assert "; its PostgreSQL is in /var/lib/athanor/" in found["data folder"][0][1]
    finally:
        whole.stop()
        after = asyncio.run(databases.look_at_databases(Settings(data_dir=tmp_path / "data")))
        remove_outside(tmp_path / "data")
    assert [(finding.check, finding.state) for finding in after] == [("PostgreSQL", "note"), ("Redis", "note")]
