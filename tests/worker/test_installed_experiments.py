"""Experiments of installed packages, found by the entry point group `athanor.experiments`."""

import os

from stack import running_stack

MODULE = """
from athanor import Run, experiment


@experiment
def installed(run: Run) -> None:
    run.info("line 0")
"""


def test_they_are_offered_run_and_recorded_as_what_they_are(backend, tmp_path):
    site = tmp_path / "site"
    (site / "elsewhere").mkdir(parents=True)
    (site / "elsewhere" / "__init__.py").touch()
    (site / "elsewhere" / "mine.py").write_text(MODULE)
    described = site / "elsewhere-1.5.dist-info"
    described.mkdir()
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: elsewhere\nVersion: 1.5\n")
    (described / "entry_points.txt").write_text("[athanor.experiments]\nmine = elsewhere.mine\n")
    path = os.pathsep.join([str(site), *filter(None, [os.environ.get("PYTHONPATH")])])
    with running_stack(backend, tmp_path, PYTHONPATH=path) as stack:
        entry = stack.http.get("/api/experiments/installed").json()
        assert (entry["module"], entry["error"]) == ("elsewhere.mine", None)
        run_id = stack.start("installed")
        run = stack.until(run_id)
        assert (run["status"], run["reason"]) == ("completed", "ok")
        stack.check_ledger(run_id, lines=1)
        assert run["environment"]["packages"]["elsewhere"] == "1.5"
        # It lies in no repository; the experiments' folder, which does, is not its own.
        assert run["environment"]["git"] is None
