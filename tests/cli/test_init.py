"""`athanor init` and what every command shares."""

import subprocess
import sys
from pathlib import Path

import athanor


def _athanor(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "athanor.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=cwd, env=environment)


def test_init_makes_an_experiment_that_imports_and_a_readme(tmp_path: Path) -> None:
    done = _athanor("init", "my lab/experiments", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "my lab/experiments: darts.py, README.md. Start with: ATHANOR_EXPERIMENTS='my lab/experiments' athanor up\n"
    )
    folder = tmp_path / "my lab" / "experiments"
    assert sorted(path.name for path in folder.iterdir()) == ["README.md", "darts.py"]
    code = "import darts; from athanor.sdk.experiment import registered; print([e.name for e in registered()])"
    found = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True)
    assert found.stdout == "['darts']\n"


def test_init_changes_nothing_that_is_there(tmp_path: Path) -> None:
    (tmp_path / "darts.py").write_text("mine")
    done = _athanor("init", str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"Error: {tmp_path} has darts.py already; nothing was changed.\n"
    assert [path.name for path in tmp_path.iterdir()] == ["darts.py"]
    assert (tmp_path / "darts.py").read_text() == "mine"


def test_init_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = _athanor("init", str(tmp_path / "file" / "folder"))
    assert done.returncode == 1
    assert done.stderr == f"Error: {tmp_path / 'file' / 'folder'}: Not a directory\n"


def test_version_and_help_are_light() -> None:
    assert _athanor("--version").stdout == f"athanor, version {athanor.__version__}\n"
    code = (
        "import sys, athanor.cli\n"
        "heavy = {'litestar', 'sqlalchemy', 'arq', 'asyncpg', 'psutil', 'redis'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_commands_without_databases_say_what_to_set() -> None:
    for command in ("server", "worker"):
        done = _athanor(command)
        assert done.returncode == 1
        assert done.stderr == (
            "Error: Set ATHANOR_DATABASE_URL and ATHANOR_REDIS_URL, "
            "or use `athanor up`, which brings PostgreSQL and Valkey of its own.\n"
        )
    done = _athanor("migrate")
    assert done.stderr == ("Error: Set ATHANOR_DATABASE_URL, or use `athanor up`, which migrates its own database.\n")


def test_setting_that_cannot_be_used_is_named() -> None:
    done = _athanor("up", ATHANOR_PORT="http")
    assert (done.returncode, done.stderr) == (2, "Error: ATHANOR_PORT=http: must be a whole number from 1 to 65535\n")
