"""The README's commands, run as they stand, on a stack as `make up` starts it."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from stack import eventually, free_port

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def newcomer(tmp_path_factory):
    """`athanor up --examples` with the README's own experiment beside the shipped ones; its port."""
    folder = tmp_path_factory.mktemp("newcomer")
    (example,) = blocks("python")
    (folder / "dice.py").write_text(example)
    port = free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ATHANOR_")},
        "ATHANOR_PORT": str(port),
        "ATHANOR_DATA_DIR": str(folder / "data"),
        "ATHANOR_EXPERIMENTS": f"{ROOT / 'experiments'}:{folder}",
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
    }
    log = folder / "up.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "athanor.cli", "up", "--examples"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )

    def seeded():
        assert process.poll() is None, log.read_text()
        try:
            runs = httpx.get(f"http://127.0.0.1:{port}/api/runs", trust_env=False).json()
        except httpx.HTTPError:
            return False
        return runs.get("total", 0) > 0

    try:
        eventually(seeded, seconds=60, what="the first run")
        yield port, environment
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(30)
        finally:
            process.kill()


def run_block(script, port, environment):
    script = script.replace("127.0.0.1:4000", f"127.0.0.1:{port}")
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={**environment, "ATHANOR_URL": f"http://127.0.0.1:{port}"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=90,
    )


def test_every_shell_block_works_as_it_stands(newcomer):
    scripts = blocks("sh")
    assert len(scripts) == 2
    outputs = [run_block(script, *newcomer) for script in scripts]
    for done in outputs:
        assert done.returncode == 0, done.stdout + done.stderr
    command_line, curl = (done.stdout for done in outputs)
    assert "completed" in command_line
    for said in ('"path":"/flips"', '"path":"/bias"', '"path":"/sides"', '"status":"completed"', "heads_ratio"):
        assert said in curl, curl


def test_the_experiment_of_the_readme_runs(newcomer):
    done = run_block("athanor run dice --set rolls=100 --follow", *newcomer)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "done" in done.stdout


def test_the_first_example_runs_to_completed(newcomer):
    port, _ = newcomer

    def first():
        runs = httpx.get(
            f"http://127.0.0.1:{port}/api/runs", params={"experiment": "handwritten_digits"}, trust_env=False
        ).json()["items"]
        assert runs
        assert runs[0]["status"] in ("pending", "running", "completed"), runs[0]
        return runs[0]["status"] == "completed"

    eventually(first, seconds=120, what="handwritten_digits")


def test_every_setting_is_in_the_readme():
    from athanor.settings import _VARIABLES

    assert [name for name in _VARIABLES if f"`{name}`" not in README] == []
