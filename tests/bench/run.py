"""`make bench`: measures every figure on one stack and writes docs/benchmarks.md.

python tests/bench/run.py [--only NAME ...]      # with --only nothing is written
"""

import argparse
import compileall
import sys
import time
from collections.abc import Callable
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[0] = str(TESTS)

from bench import (  # noqa: E402 - the path had to be set first
    fanout,
    latency,
    lines_per_second,
    log_call,
    machine,
    page,
    readable,
    reads,
    report,
    short_runs,
    startup,
)
from bench.figures import Figure  # noqa: E402
from bench.site import Site, site  # noqa: E402

# In this order: the last ones leave much data behind.
ON_SITE: dict[str, Callable[[Site], list[Figure]]] = {
    "log_call": log_call.measure,
    "short_runs": short_runs.measure,
    "latency": latency.measure,
    "fanout": fanout.measure,
    "readable": readable.measure,
    "lines_per_second": lines_per_second.measure,
    "reads": reads.measure,
    "page": page.measure,
}
ALONE: dict[str, Callable[[], list[Figure]]] = {"startup": startup.measure}
REPORT = TESTS.parent / "docs" / "benchmarks.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=[*ON_SITE, *ALONE], help="measure this and write nothing")
    wanted = parser.parse_args().only or [*ON_SITE, *ALONE]
    compileall.compile_dir(str(TESTS.parent / "backend" / "athanor"), quiet=1)
    about = machine.describe()
    started = time.monotonic()
    figures: list[Figure] = []
    if any(name in wanted for name in ON_SITE):
        with site() as running:
            for name, measure_on in ON_SITE.items():
                if name in wanted:
                    figures += told(measure_on(running))
    for name, measure in ALONE.items():
        if name in wanted:
            figures += told(measure())
    missed = [figure for figure in figures if figure.reached is False]
    print(f"\n{len(figures)} figures in {time.monotonic() - started:.0f} s, {len(missed)} short of their goal")
    if set(wanted) == {*ON_SITE, *ALONE}:
        REPORT.write_text(report.page(figures, about))
        print(f"written to {REPORT.relative_to(TESTS.parent)}")
    return 0


def told(figures: list[Figure]) -> list[Figure]:
    for figure in figures:
        mark = {True: "reached", False: "MISSED", None: ""}[figure.reached]
        print(f"{figure.what}\n    {figure.shown} (goal: {figure.shown_goal}) {mark}  {figure.note}", flush=True)
    return figures


if __name__ == "__main__":
    sys.exit(main())
