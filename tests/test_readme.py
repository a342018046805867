"""The README's commands, run as they stand, on a stack as `make up` starts it."""

import re
import subprocess

import pytest

from stack import eventually
from whole import ROOT, Whole

README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """What `make up` starts, with the README's own experiment beside the shipped ones."""
    folder = tmp_path_factory.mktemp("newcomer")
    (example,) = blocks("python")
    (folder / "dice.py").write_text(example)
    whole = Whole(folder, "--examples", experiments=f"{ROOT / 'experiments'}:{folder}")
    try:
        whole.start()
        eventually(lambda: whole.get("/api/runs")["total"] > 0, seconds=30, what="the first run")
        yield whole
    finally:
        whole.stop()


def run_block(script, whole):
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script.replace("http://127.0.0.1:4000", whole.url)],
        env=whole.environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_every_shell_block_works_as_it_stands(newcomer):
    scripts = blocks("sh")
    assert len(scripts) == 2
    outputs = [run_block(script, newcomer) for script in scripts]
    for done in outputs:
        assert done.returncode == 0, done.stdout + done.stderr
    command_line, curl = (done.stdout for done in outputs)
    assert "completed" in command_line
    for said in ('"path":"/flips"', '"path":"/bias"', '"path":"/sides"', '"status":"completed"', "heads_ratio"):
        assert said in curl, curl


def test_the_experiment_of_the_readme_runs(newcomer):
    done = run_block("athanor run dice --set rolls=100 --follow", newcomer)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "done" in done.stdout


def test_the_first_example_runs_to_completed(newcomer):
    def first():
        (*_, run) = newcomer.get("/api/runs", experiment="handwritten_digits", sort="number", order="desc")["items"]
        assert run["status"] in ("pending", "running", "completed"), run
        return run["status"] == "completed"

    eventually(first, seconds=120, what="handwritten_digits")


def test_every_setting_is_in_the_readme():
    from athanor.settings import _VARIABLES

    assert [name for name in _VARIABLES if f"`{name}`" not in README] == []
