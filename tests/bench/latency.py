"""From the log call to a WebSocket client, at two rates."""

from bench.figures import Figure, number
from bench.followed import follow
from bench.site import Site

SECONDS = 8.0
# lines per second: goals for p50 and p99 in milliseconds
GOALS = {100: (15.0, 100.0), 5_000: (50.0, 150.0)}
LIMITS = {
    100: "a commit for each line: PostgreSQL's fsync, then Redis and two event loops",
    5_000: "group commit: a line waits for the flush before it, and for a pause of up to four flushes",
}


def measure(site: Site) -> list[Figure]:
    figures = []
    for rate, goals in GOALS.items():
        seen = follow(site, lines_per_second=rate, seconds=SECONDS)
        if seen.delivered != seen.lines:
            raise RuntimeError(f"{seen.delivered} of {seen.lines} lines were delivered")
        for name, value, goal in (("p50", seen.p50_ms, goals[0]), ("p99", seen.p99_ms, goals[1])):
            figures.append(
                Figure(
                    what=f"Log call to WebSocket client at {rate:,} lines/s, {name}",
                    value=value,
                    unit="ms",
                    goal=goal,
                    note=f"{seen.lines:,} lines, slowest {number(seen.max_ms)} ms",
                    limit=LIMITS[rate],
                )
            )
    return figures
