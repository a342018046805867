import os
import sys

from athanor import Run, experiment

print("x" * 1_000_000)
sys.stderr.write("y" * 1_000_000)
os.write(1, b"z" * 1_000_000)


@experiment
def chatty(run: Run[None]) -> None: ...
