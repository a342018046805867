"""Discovery while the worker runs: new, broken, mended and removed files are in the catalogue within seconds."""

import pytest

from stack import eventually, running_stack

GOOD = """
from athanor import Run, experiment
@experiment
def {name}(run: Run) -> None:
    run.info("{said}")
"""


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "experiments"
    made.mkdir()
    return made


@pytest.fixture
def watched(backend, tmp_path, folder):
    with running_stack(backend, tmp_path, ATHANOR_EXPERIMENTS=str(folder)) as stack:
        yield stack


def catalogue(stack):
    items = stack.http.get("/api/experiments").json()["items"]
    return {item["name"]: item["error"] for item in items}


def said(stack, name):
    run_id = stack.start(name)
    assert stack.until(run_id)["reason"] == "ok"
    return [line["message"] for line in stack.lines(run_id)]


def test_files_come_break_mend_and_go(watched, folder):
    assert catalogue(watched) == {}
    (folder / "one.py").write_text(GOOD.format(name="first", said="version 1"))
    eventually(lambda: catalogue(watched) == {"first": None}, seconds=40)
    assert said(watched, "first") == ["version 1"]
    (folder / "one.py").write_text(GOOD.format(name="first", said="version 2"))
    (folder / "two.py").write_text("import nowhere_to_be_found\n")
    eventually(lambda: set(catalogue(watched)) == {"first", "two"}, seconds=40)
    assert "nowhere_to_be_found" in catalogue(watched)["two"]
    entry = watched.http.get("/api/experiments/two").json()
    assert entry["config_schema"] is None
    assert "line 1, in <module>" in entry["traceback"]
    assert said(watched, "first") == ["version 2"]
    (folder / "two.py").write_text(GOOD.format(name="second", said="mended"))
    eventually(lambda: catalogue(watched) == {"first": None, "second": None}, seconds=40)
    assert said(watched, "second") == ["mended"]
    (folder / "two.py").write_text(GOOD.format(name="first", said="again"))
    eventually(lambda: "first" in (catalogue(watched).get("first") or ""), seconds=40)
    (folder / "two.py").unlink()
    eventually(lambda: catalogue(watched) == {"first": None}, seconds=40)
    (folder / "one.py").unlink()
    eventually(lambda: catalogue(watched) == {}, seconds=40)


def test_a_folder_that_comes_later_is_found(backend, tmp_path):
    later = tmp_path / "later"
    with running_stack(backend, tmp_path, ATHANOR_EXPERIMENTS=str(later)) as stack:
        assert catalogue(stack) == {}
        later.mkdir()
        (later / "one.py").write_text(GOOD.format(name="first", said="here"))
        eventually(lambda: catalogue(stack) == {"first": None}, seconds=40)
        assert said(stack, "first") == ["here"]


def test_a_folder_put_in_the_place_of_another_is_followed(watched, folder, tmp_path):
    (folder / "one.py").write_text(GOOD.format(name="first", said="old"))
    eventually(lambda: catalogue(watched) == {"first": None}, seconds=40)
    other = tmp_path / "other"
    other.mkdir()
    folder.rename(tmp_path / "away")
    other.rename(folder)
    eventually(lambda: catalogue(watched) == {}, seconds=40)
    (folder / "two.py").write_text(GOOD.format(name="second", said="new"))
    eventually(lambda: catalogue(watched) == {"second": None}, seconds=40)
    assert said(watched, "second") == ["new"]


def test_a_file_saved_during_the_first_look_is_found(backend, tmp_path, folder):
    (folder / "one.py").write_text(
        "from pathlib import Path\n"
        "two = Path(__file__).with_name('two.py')\n"
        f"two.exists() or two.write_text({GOOD.format(name='second', said='late')!r})\n"
        + GOOD.format(name="first", said="here")
    )
    with running_stack(backend, tmp_path, ATHANOR_EXPERIMENTS=str(folder)) as stack:
        eventually(lambda: catalogue(stack) == {"first": None, "second": None}, seconds=40)


def test_secrets_of_the_worker_are_not_in_a_runs_environment(watched, folder):
    (folder / "look.py").write_text(
        "import os\nfrom athanor import Run, experiment\n"
        "@experiment\ndef look(run: Run) -> None:\n"
        "    run.info(' '.join(sorted(name for name in os.environ if name.startswith('ATHANOR_'))))\n"
    )
    eventually(lambda: "look" in catalogue(watched), seconds=40)
    (names,) = said(watched, "look")
    assert "ATHANOR_PORT" in names.split()
    assert not {"ATHANOR_TOKEN", "ATHANOR_DATABASE_URL", "ATHANOR_REDIS_URL"} & set(names.split())
