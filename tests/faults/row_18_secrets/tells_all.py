"""Records all that a run can see without looking for it: its own environment, arguments and descriptors."""

import os
import subprocess
import sys

from athanor import Run, experiment

AT_IMPORT = dict(os.environ)


@experiment
def tells_all(run: Run[None]) -> None:
    run.result("environment", dict(os.environ))
    run.result("environment at import", AT_IMPORT)
    run.result("arguments", sys.orig_argv)
    run.info("of a child process", printed=subprocess.run(["env"], capture_output=True, text=True, check=True).stdout)
    for name, value in os.environ.items():
        print(name, value)
