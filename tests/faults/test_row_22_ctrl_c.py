"""Row 22: Ctrl-C in a terminal, twice, SIGTERM, a closed terminal: as designed, in order, nothing left."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from embedded.stack import Stack, remove_outside, stack

_ORDER = ["worker", "server", "valkey", "postgres"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    remove_outside(folder)


def _all_gone(up: Stack, parts: dict[str, int]) -> None:
    assert [name for name, pid in parts.items() if psutil.pid_exists(pid)] == []
    assert [path.name for path in up.data_dir.glob("**/postmaster.pid")] == []


def test_ctrl_c_in_a_terminal_is_heard_by_the_supervisor_alone(data_dir: Path) -> None:
    with stack(data_dir, terminal=True, NO_COLOR="1") as up:
        parts = up.ready().parts()
        started = time.monotonic()
        os.write(up.terminal, b"\x03")
        assert up.exit_code() == 0
    assert time.monotonic() - started < 30.0
    assert up.order_of_stop() == _ORDER
    assert "draining after SIGTERM" in up.text
    assert "SIGINT" not in up.text
    assert "\x1b" not in up.text
    _all_gone(up, parts)


def test_second_ctrl_c_does_not_wait_for_what_runs(data_dir: Path) -> None:
    with stack(data_dir, terminal=True, STAND_IN_DRAIN="600") as up:
        parts = up.ready().parts()
        os.write(up.terminal, b"\x03")
        up.says("draining after SIGTERM")
        started = time.monotonic()
        os.write(up.terminal, b"\x03")
        assert up.exit_code() == 0
    assert time.monotonic() - started < 30.0
    assert "hurried" in up.text
    assert "\x1b[35mworker   |\x1b[0m stopped" in up.text  # a terminal without NO_COLOR
    _all_gone(up, parts)


def test_worker_that_listens_to_nothing_is_killed(data_dir: Path) -> None:
    with stack(data_dir, STAND_IN_DEAF="1") as up:
        parts = up.ready().parts()
        up.signal(signal.SIGTERM)
        up.says("draining after SIGTERM")
        up.signal(signal.SIGTERM)
        assert up.exit_code() == 0
    assert "worker   | does not end; killed" in up.text
    assert up.order_of_stop() == _ORDER
    _all_gone(up, parts)


def test_sigterm_gives_the_worker_its_time(data_dir: Path) -> None:
    with stack(data_dir, STAND_IN_DRAIN="1") as up:
        parts = up.ready().parts()
        up.signal(signal.SIGTERM)
        assert up.exit_code() == 0
    assert "drained" in up.text
    assert up.order_of_stop() == _ORDER
    _all_gone(up, parts)


def test_closed_terminal_stops_all(data_dir: Path) -> None:
    with stack(data_dir, terminal=True) as up:
        parts = up.ready().parts()
        up.close_terminal()
        assert up.exit_code() == 0
    _all_gone(up, parts)


def test_ctrl_c_while_starting(data_dir: Path) -> None:
    for said in ("starting PostgreSQL", "ready to accept connections", "start number"):
        with stack(data_dir, terminal=True, NO_COLOR="1") as up:
            up.says(said)
            os.write(up.terminal, b"\x03")
            assert up.exit_code() == 0
        assert not list(data_dir.glob("**/postmaster.pid"))
