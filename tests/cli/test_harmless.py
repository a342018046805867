"""What an experiment says about its end steers no terminal."""

import msgspec
import pytest

from athanor.cli.follow import say_how_it_ended
from athanor.domain.runs.schemas import Run


def test_an_error_loses_its_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    ended = {**Run.example, "number": 3, "status": "failed", "reason": "error", "error": "bad \x1b[2J\nworse\x07"}
    say_how_it_ended(msgspec.convert(ended, Run))
    assert capsys.readouterr().err == f"Run 3 of {ended['experiment']} failed (error): bad \u241b[2J\nworse\u2407\n"
