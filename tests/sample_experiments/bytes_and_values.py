"""Experiments that write every kind of byte and value there is."""

import math
import os
import subprocess
import sys
from typing import Any

from athanor import Run, experiment


@experiment
def odd_text(run: Run[None]) -> None:
    run.info("nul \0 end")
    run.info("surrogate \udc80 end")
    run.info("\x1b[31mred\x1b[0m")
    run.info("two\nlines\r\n")
    run.info("", empty=True)
    run.info(b"bytes")
    run.info({"a": 1}, message="mine", self=1, level="x")
    print("nul \0", "surrogate \udc80", "\x1b[31mred\x1b[0m")
    sys.stdout.buffer.write(b"half \xc3")
    sys.stdout.buffer.write(b"\xa9 whole, bad \xff\n")
    os.write(1, b"pipe \xf0\x9f\n")
    subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('from a subprocess')"], check=True)


@experiment
def long_lines(run: Run[None]) -> None:
    run.info("é" * 25_000_000, size="50 MB")
    run.info("after the message")
    print("x" * 50_000_000)
    print("after the line")
    os.write(1, b"y" * 200_000)


@experiment
def bars(run: Run[None]) -> None:
    for i in range(200_001):
        sys.stderr.write(f"\r{i:6d}/200000")
    sys.stderr.write("\n")
    for i in range(1000):
        os.write(2, b"%d%%\r" % i)
    print("windows\r\nlines\r")


@experiment
def odd_values(run: Run[None]) -> None:
    cycle: dict[str, Any] = {}
    cycle["me"] = cycle
    values = {
        "nan": [math.nan, math.inf, -math.inf],
        "big": 2**80,
        "cycle": cycle,
        "keys": {1: "a", None: "b", (1, 2): "c"},
        "object": object,
        "nul": "\0\udc80",
    }
    for key, value in values.items():
        run.result(key, value)
        run.info(key, value=value)
    deep: list[Any] = []
    for _ in range(299):
        deep = [deep]
    run.result("deep", deep)
    for _ in range(4_700):
        deep = [deep]
    for key, refused in (("too deep", deep), ("too large", "x" * 100_000_000)):
        try:
            run.result(key, refused)
        except ValueError as error:
            run.result(key, type(error).__name__)
        try:
            run.info("refused", value=refused)
        except ValueError as error:
            run.info(type(error).__name__)
    run.metric("m", math.nan, step=0)
    run.metric("m", -math.inf)
    run.metric("m", 2**80, step=2**62)
    for arguments in (("m", "a"), ("m", 1, 2**70), ("", 1), ("m", 1, 1.5), (3, 1)):
        try:
            run.metric(*arguments)
        except (TypeError, ValueError) as error:
            run.info(f"{type(error).__name__}: {error}")
    run.info("the end")
