"""What one `run.info` costs the experiment while the socket has room."""

from bench.figures import Figure, number
from bench.site import Site

GOAL_US = 10.0


def measure(site: Site) -> list[Figure]:
    run_id = site.run("calls")
    micros = site.result(run_id, "micros")
    return [
        Figure(
            what="`run.info` with 80 characters, while the socket has room (p50 of 200 bursts of 50 calls)",
            value=micros["p50"],
            unit="us",
            goal=GOAL_US,
            note=f"p90 {number(micros['p90'])} us",
            limit="one `send` to the kernel a call, on purpose: the last line before a crash is kept",
        )
    ]
