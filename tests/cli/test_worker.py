"""`athanor worker --check`, for whoever restarts a container."""

import subprocess
import sys

from stack import running_stack


def test_whether_a_worker_of_this_host_is_alive(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0) as stack:
        check = [sys.executable, "-m", "athanor.cli", "worker", "--check"]
        assert subprocess.run(check, env=stack.environment, check=False).returncode == 1
        stack.start_worker()
        assert subprocess.run(check, env=stack.environment, check=False).returncode == 0
