"""`athanor token`: prints the token that Athanor made, and puts another one in its place."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from athanor.cli.token import token


def say(data_dir: Path, *arguments: str, **environment: str | None) -> Result:
    given = {"ATHANOR_DATA_DIR": str(data_dir), "ATHANOR_TOKEN": None, **environment}
    return CliRunner(env=given).invoke(token, list(arguments))


def test_it_prints_what_the_server_made_whether_or_not_the_setting_is_known_here(tmp_path: Path) -> None:
    made = say(tmp_path / "data", "--new")
    assert made.exit_code == 0
    assert len(made.stdout.strip()) == 43
    assert f"Kept in {tmp_path / 'data' / 'token'}" in made.stderr
    for setting in (None, "auto"):
        assert say(tmp_path / "data", ATHANOR_TOKEN=setting).stdout == made.stdout
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_new_one_takes_the_place_of_the_old_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("x" * 16 + "\n")
    path.chmod(0o644)
    made = [say(tmp_path, "--new").stdout for _ in range(3)]
    assert len(set(made)) == 3
    assert path.read_text() == made[-1]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["token"]


@pytest.mark.parametrize("arguments", [(), ("--new",)])
def test_a_token_of_ones_own_is_none_of_its_business(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = say(tmp_path, *arguments, ATHANOR_TOKEN="a-token-of-enough-characters")
    assert refused.exit_code == 1
    assert "ATHANOR_TOKEN is set here" in refused.stderr
    assert "a-token-of-enough" not in refused.output
    assert os.listdir(tmp_path) == []


def test_what_is_in_the_way_is_said_in_one_sentence(tmp_path: Path) -> None:
    assert f"No token was made yet: {tmp_path / 'token'} is not there" in say(tmp_path).stderr
    (tmp_path / "token").write_bytes(b"\xff\xfe")
    assert "it holds no token" in say(tmp_path).stderr
    (tmp_path / "file").write_text("")
    refused = say(tmp_path / "file", "--new")
    assert (refused.exit_code, "the token cannot be kept in" in refused.stderr) == (2, True)
