"""`make bench` works: one figure of it, and the page it writes."""

import subprocess
import sys
from pathlib import Path

from bench.figures import Figure, number, percentile
from bench.report import page

BENCH = Path(__file__).parent
PAGE = BENCH.parents[1] / "docs" / "benchmarks.md"


def test_one_figure_is_measured_and_nothing_is_written() -> None:
    before = PAGE.read_bytes()
    command = [sys.executable, str(BENCH / "run.py"), "--only", "log_call"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert "`run.info` with 80 characters" in done.stdout
    assert "1 figures in" in done.stdout
    assert PAGE.read_bytes() == before


def test_a_page_shows_what_was_missed() -> None:
    figures = [
        Figure(what="quick", value=3.14159, unit="ms", goal=5, limit="physics"),
        Figure(what="many", value=59_999.4, unit="lines/s", goal=60_000, better="higher", limit="locks"),
        Figure(what="size", value=12, unit="MiB", limit=""),
    ]
    assert page(figures, {"CPU": "one"}).splitlines()[-9:] == [
        "- CPU: one",
        "",
        "| what | goal | measured | more | what limits it |",
        "|---|---|---|---|---|",
        "| quick | at most 5 ms | 3.14 ms |  | physics |",
        "| many | at least 60,000 lines/s | **59,999 lines/s** (short of the goal) |  | locks |",
        "| size | none | 12 MiB |  |  |",
        "",
        "1 of 2 goals reached.",
    ]


def test_numbers_and_percentiles() -> None:
    assert [number(value) for value in (0.08617, 3.04, 42.26, 1234567.8)] == ["0.0862", "3.04", "42.3", "1,234,568"]
    assert [percentile([3, 1, 2, 4], share) for share in (0.0, 0.5, 0.9, 1.0)] == [1, 2, 4, 4]
