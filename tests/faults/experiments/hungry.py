"""Needs memory."""

import subprocess
import sys
import time

import msgspec

from athanor import Run, experiment


class Need(msgspec.Struct, kw_only=True):
    megabytes: int = 400
    in_child: bool = False
    nap_s: float = 0.0


@experiment(memory="160MiB")
def hungry(run: Run[Need]) -> None:
    """Takes memory, megabyte by megabyte, itself or in a process that it starts."""
    run.info("line 0")
    if run.config.in_child:
        take = f"import time; held = bytearray({run.config.megabytes} * 2**20); held[::4096] = b'x' * len(held[::4096])"
        done = subprocess.run([sys.executable, "-c", take], check=False)
        run.result("child", done.returncode)
        return
    held = [bytearray(b"x") * 2**20 for _ in range(run.config.megabytes)]
    run.info("line 1", megabytes=len(held))
    time.sleep(run.config.nap_s)
