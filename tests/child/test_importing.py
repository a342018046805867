"""Edits are seen at once, and the author's folder stays as it is."""

import os
import subprocess
import sys
from pathlib import Path

from run_driver import execute

SOURCE = """
from athanor import Run, experiment
from parts.helper import VALUE

@experiment
def told(run: Run[None]) -> None:
    run.result("value", [VALUE, {value}])
"""


def write(folder: Path, value: int) -> None:
    (folder / "told.py").write_text(SOURCE.format(value=value))
    (folder / "parts" / "helper.py").write_text(f"VALUE = {value}\n")
    for file in (folder / "told.py", folder / "parts" / "helper.py"):
        os.utime(file, (1_700_000_000, 1_700_000_000))


def test_an_edit_of_the_same_size_in_the_same_second_is_seen(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    for value in (1, 2):
        write(tmp_path, value)
        assert execute("told", "told", folder=tmp_path).result("value") == [value, value]
    assert list(tmp_path.rglob("__pycache__")) == []


def test_a_file_of_the_working_directory_stands_in_for_nothing(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("raise RuntimeError('the wrong one')\n")
    code = "from run_driver import execute; print(execute('endings', 'exit_zero').ending)"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-P", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout == "(0, None, 'ok')\n", done.stderr


def test_the_child_loads_little_before_user_code() -> None:
    code = (
        "import sys; import athanor.child.body, athanor.child.orders, athanor.sdk.capture; "
        "heavy = {'asyncio', 'subprocess', 'multiprocessing', 'numpy', 'pydantic', 'sqlalchemy', 'litestar', 'json'}; "
        "print(sorted(heavy & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"
