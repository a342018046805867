"""docs/reliability.md, written whole by the command that measured it."""

from collections import Counter
from collections.abc import Mapping, Sequence

from bench.figures import number
from soak.detection import DEFAULT_LEASE_S, Detection
from soak.outages import LEASE_S as OUTAGE_LEASE_S
from soak.outages import Outage
from soak.rounds import FOLLOWERS, LEASE_S, RUNS, Counts, second_half, slope

MIN_STEADY_S = 1800.0
MAX_SLOPE_MIB_H = 40.0
"""Of the second half. What a part holds goes up and down by a few MiB, and half an hour does not level that."""

_TOP = """# Reliability

What is promised, which tests hold it, and what a long run counted. Written by `make soak`; do not edit. All of it ran
on real processes: the bundled PostgreSQL and Valkey, API server, two workers, and followers that use nothing but the
client of [docs/examples](examples/follow_run.py).

"""

# Promise, and the rows of tests/faults behind it.
_PROMISES = (
    ("No log line is lost, doubled or out of order, whatever restarts.", "1 2 3 6 7 9 10 11 14 16 20", "lines"),
    ("A run has one ending, and it stays.", "4 5 8 12 13 17 20 22", "endings"),
    ("When a worker dies you know, and nothing keeps running.", "4 5 7 12 20 22 23", "detection"),
    ("A program is not stopped by a database that is away for less than the lease.", "2 6 21", "away"),
    ("No web page can start your code.", "18", "tests"),
    ("A tab, a socket or a slow client left open costs no memory.", "3 10 16", "memory"),
    ("What the form and the API accept, the experiment accepts; no input breaks the server.", "14 15 16 19", "tests"),
)


def faults(steady: Counts) -> list[str]:
    """Why these counts are not good enough to be written down, in words."""
    found = []
    if steady.seconds < MIN_STEADY_S:
        found.append(
            f"memory was watched for {steady.seconds / 60:.0f} minutes; its slope says something from "
            f"{MIN_STEADY_S / 60:.0f} on (--duration 40m)"
        )
    for part, samples in steady.memory.items():
        if not (risen := slope(second_half(samples))) <= MAX_SLOPE_MIB_H:
            found.append(f"{part}: {risen:.1f} MiB an hour in the second half, more than {MAX_SLOPE_MIB_H:.0f}")
    return found


def page(
    shaken: Counts,
    steady: Counts,
    outages: Sequence[Outage],
    detections: Sequence[Detection],
    races: Counter[str],
    about: Mapping[str, str],
) -> str:
    """The Markdown of the whole page."""
    injected = shaken.injected + steady.injected
    lines = shaken.lines + steady.lines
    away = steady.injected
    measured = {
        "lines": f"{lines:,} lines, seen {shaken.seen + steady.seen:,} times by followers who had to come back "
        f"{shaken.reconnects + steady.reconnects:,} times: {shaken.missing + steady.missing} lost, "
        f"{shaken.doubled + steady.doubled} doubled",
        "endings": f"{shaken.runs + steady.runs:,} runs under faults and {races.total():,} races: "
        f"{shaken.ended_again + steady.ended_again} second endings",
        "detection": "see the times below",
        "away": f"{away['PostgreSQL away'] + away['PostgreSQL restarted']:,} outages of PostgreSQL, "
        f"{away['Redis killed'] + away['Redis emptied']:,} of Redis: {steady.lost} runs lost to them",
        "memory": "see the slopes below",
        "tests": "by the tests alone",
    }
    out = [f"- {name}: {value}" for name, value in about.items()]
    out += ["", "| promise | rows of tests/faults | measured |", "|---|---|---|"]
    out += [f"| {promise} | {rows} | {measured[key]} |" for promise, rows, key in _PROMISES]
    out += ["", "## Rounds", "", _rounds_text(), ""]
    out += ["| | all faults | those that a run must live through |", "|---|---|---|"]
    for name, of in _COUNTED:
        out.append(f"| {name} | {of(shaken)} | {of(steady)} |")
    out += [
        "",
        "| fault | times |",
        "|---|---|",
        *(f"| {name} | {count:,} |" for name, count in injected.most_common()),
    ]
    out += ["", "## Long outages", "", _outages_text(), ""]
    out += ["| away | for | lines of the run | live again after |", "|---|---|---|---|"]
    for outage in outages:
        out.append(f"| {outage.server} | {number(outage.away_s)} s | {outage.lines:,} | {number(outage.back_s)} s |")
    out += ["", "## Memory", "", _MEMORY_TEXT, ""]
    out += ["| part | at the start | at the end | slope | of the second half |", "|---|---|---|---|---|"]
    for part, samples in steady.memory.items():
        out.append(
            f"| {part} | {number(samples[0][1])} MiB | {number(samples[-1][1])} MiB | "
            f"{number(slope(samples))} MiB/h | {number(slope(second_half(samples)))} MiB/h |"
        )
    out += ["", "## From a death to `lost`", "", _detection_text(), ""]
    out += ["| fault | lease | `lost` after, slowest | its processes gone after, slowest | trials |"]
    out += ["|---|---|---|---|---|"]
    out += [_detection_row(detection) for detection in detections]
    out += ["", "## Races", "", _RACES_TEXT, "", "| ending | runs |", "|---|---|"]
    out += [f"| `{ending}` | {count:,} |" for ending, count in sorted(races.items())]
    return _TOP + "\n".join(out) + "\n"


_COUNTED = (
    ("time", lambda counts: f"{counts.seconds / 60:.0f} min"),
    ("rounds", lambda counts: f"{counts.rounds:,}"),
    ("runs", lambda counts: f"{counts.runs:,}"),
    ("completed", lambda counts: f"{counts.completed:,}"),
    ("lost or interrupted, as the faults demand", lambda counts: f"{counts.lost:,}"),
    ("lines, each checked against the ledger and each follower", lambda counts: f"{counts.lines:,}"),
    ("times that a follower had to connect again", lambda counts: f"{counts.reconnects:,}"),
    ("lines that a follower missed, or saw again", lambda counts: f"{counts.missing:,}, {counts.doubled:,}"),
    ("runs that ended twice, as PostgreSQL noted it", lambda counts: f"{counts.ended_again:,}"),
)

_MEMORY_TEXT = """Memory that a part has for itself (USS; of the tab, in Chromium, what its scripts hold), measured
after each round of the second column above. Nothing was restarted or reloaded there, and the tab had to be live each
time. The slopes are by least squares; the first half fills caches and pools."""

_RACES_TEXT = """A worker that finishes, two people who cancel and the reaper, at the same moment on the same run, in
PostgreSQL; then each of them again. Each run ended once, and read at the end of all it stood as it had ended."""


def _rounds_text() -> str:
    return (
        f"Each round starts {RUNS} runs, {FOLLOWERS} followers on each, draws one or two faults by lot and puts them "
        f"on all at once; the lease is {LEASE_S:.0f} s. Afterwards every line of every run is compared: what was "
        "written, what PostgreSQL has, what each follower saw."
    )


def _outages_text() -> str:
    return (
        f"A run with five followers, a lease of {OUTAGE_LEASE_S:.0f} s, and one server gone while it writes. "
        "Everything came back by itself; every line is there once."
    )


def _detection_text() -> str:
    return (
        f"The default lease is {DEFAULT_LEASE_S:.0f} s; the times grow with it. No other worker was there, so the API "
        "server's reaper found out."
    )


def _detection_row(detection: Detection) -> str:
    if detection.why_not is not None:
        return f"| {detection.fault} | | not run here: {detection.why_not} | | |"
    return (
        f"| {detection.fault} | {detection.lease_s:.0f} s | {number(max(detection.lost))} s | "
        f"{number(max(detection.ended))} s | {len(detection.lost)} |"
    )
