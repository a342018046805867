"""docs/benchmarks.md, written whole by the command that measured it."""

from collections.abc import Mapping, Sequence

from bench.figures import Figure

_TOP = """# Benchmarks

Written by `make bench`; do not edit. One run measured all of it, on real servers and real processes: the bundled
PostgreSQL (fsync on) and Valkey over unix sockets, one API server, one worker of four slots, and the clients, all on
the machine below, with compiled bytecode. One figure alone: `.venv/bin/python tests/bench/run.py --only NAME`.

"""


def page(figures: Sequence[Figure], about: Mapping[str, str]) -> str:
    """The Markdown of the whole page."""
    lines = [f"- {name}: {value}" for name, value in about.items()]
    lines += ["", "| what | goal | measured | more | what limits it |", "|---|---|---|---|---|"]
    for figure in figures:
        measured = figure.shown if figure.reached is not False else f"**{figure.shown}** (short of the goal)"
        lines.append(f"| {figure.what} | {figure.shown_goal} | {measured} | {figure.note} | {figure.limit} |")
    reached = [figure.reached for figure in figures if figure.reached is not None]
    lines += ["", f"{sum(reached)} of {len(reached)} goals reached."]
    return _TOP + "\n".join(lines) + "\n"
