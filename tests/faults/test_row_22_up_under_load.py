"""Row 22: Ctrl-C in the terminal of a whole `athanor up` while runs write: in order, exact, nothing left."""

import fcntl
import os
import re
import secrets
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.stack import remove_outside
from followers import Followers
from ledger import Ledger
from leftovers import MARK, processes
from stack import EXPERIMENTS, eventually
from whole import ROOT, Whole


class InTerminal(Whole):
    """Its output goes where `Whole` keeps it; what is typed reaches it as from a keyboard."""

    keyboard = -1

    def start(self) -> None:
        self.keyboard, terminal = os.openpty()
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "athanor.cli", "up"],
                env=self.environment,
                cwd=ROOT,
                stdin=terminal,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
            )
        os.close(terminal)
        eventually(self._is_ready, seconds=120, what="athanor up")

    def press_ctrl_c(self) -> None:
        os.write(self.keyboard, b"\x03")

    def exit_code(self) -> int:
        assert self.process is not None
        code = self.process.wait(120)
        os.close(self.keyboard)
        return code


@pytest.fixture
def whole(tmp_path: Path) -> Iterator[InTerminal]:
    mark = {MARK: secrets.token_hex(8)}
    made = InTerminal(tmp_path, experiments=str(EXPERIMENTS), ATHANOR_DRAIN="6s", ATHANOR_SLOTS="3", **mark)
    try:
        made.start()
        yield made
    finally:
        made.stop()
        remove_outside(tmp_path / "data")


def started(whole: Whole, experiment: str, **config: object) -> str:
    instance = whole.post("/api/instances", name=experiment, experiment=experiment, config=config)
    return str(whole.post(f"/api/instances/{instance['id']}/runs")["id"])


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_under_load(whole: InTerminal, presses: int, tmp_path: Path) -> None:
    ledger = Ledger(whole.http)
    mark = whole.environment[MARK]
    is_enough = tmp_path / "enough"
    ends_in_time = started(whole, "numbered", lines=1_000_000, pause_s=0.01, until=str(is_enough))
    goes_on = started(whole, "numbered", lines=1_000_000, pause_s=0.002)
    is_resumed = started(whole, "resumed", lines=1_000_000, pause_s=0.01)
    runs = (ends_in_time, goes_on, is_resumed)
    followers = [Followers(f"{whole.url.replace('http', 'ws')}/api/stream", run_id, 2) for run_id in runs]
    for run_id in runs:
        ledger.until_lines(run_id, 20)
    pending = started(whole, "numbered", lines=5)  # there are three slots
    whole.press_ctrl_c()
    eventually(lambda: "draining" in whole.log.read_text(), what="the worker's draining")
    if presses == 1:
        is_enough.touch()
    else:
        whole.press_ctrl_c()
    assert whole.exit_code() == 0, whole.log.read_text()
    assert processes(mark) == []
    said = whole.log.read_text()
    assert "Traceback" not in said, said
    assert re.findall(r"^\S+ (\w+) +\| stopped", said, re.MULTILINE) == ["worker", "server", "valkey", "postgres"]

    whole.start()
    assert ledger.until(pending)["reason"] == "ok"
    ledger.check_ledger(pending, lines=5)
    over = ledger.run(ends_in_time)
    assert over["reason"] == ("ok" if presses == 1 else "interrupted")
    lines = ledger.written(ends_in_time) if presses == 1 else None
    ledger.check_ledger(ends_in_time, *followers[0].wait(), lines=lines)
    assert ledger.run(goes_on)["reason"] == "interrupted"  # nobody asked for another try
    ledger.check_ledger(goes_on, *followers[1].wait())
    ledger.until_lines(is_resumed, ledger.run(is_resumed)["attempts"][0]["logs"] + 5)
    assert whole.http.post(f"/api/runs/{is_resumed}/cancel").status_code == 200
    tried = ledger.until(is_resumed)
    assert (tried["reason"], [one["reason"] for one in tried["attempts"]]) == ("user", ["interrupted", "user"])
    (seen, again) = followers[2].wait()
    assert seen == again == ledger.lines(is_resumed)
    whole.press_ctrl_c()
    assert whole.exit_code() == 0
    assert processes(mark) == []
