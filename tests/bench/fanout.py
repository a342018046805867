"""A thousand subscribers of one run that writes a thousand lines a second."""

import time

from bench.figures import Figure, number
from bench.followed import follow
from bench.machine import memory_mib
from bench.site import Site

CLIENTS = 1_000
RATE = 1_000
SECONDS = 10.0
WAIT_S = 12.0
LIMIT = (
    "pace, on purpose: a feed with 1,000 subscribers wakes them ten times a second, so that frames are few and large "
    "and half a core is enough; then one event loop's time for 1,000 writes"
)


def measure(site: Site) -> list[Figure]:
    assert site.stack.server is not None
    pid = site.stack.server.pid
    before = memory_mib([pid])
    memory = []

    def watch() -> None:
        end = time.monotonic() + WAIT_S + SECONDS
        while time.monotonic() < end:
            memory.append(memory_mib([pid]))
            time.sleep(1.0)

    seen = follow(site, lines_per_second=RATE, seconds=SECONDS, clients=CLIENTS, wait_s=WAIT_S, meanwhile=watch)
    what = f"{CLIENTS:,} subscribers of one run at {RATE:,} lines/s"
    wanted = seen.lines * CLIENTS
    return [
        Figure(
            what=f"{what}: delivered, in order, none twice",
            value=100 * seen.delivered / wanted,
            unit="%",
            goal=100.0,
            better="higher",
            note=f"{seen.delivered:,} of {wanted:,} lines",
            limit="nothing: what the bus loses is read from PostgreSQL",
        ),
        Figure(
            what=f"{what}: log call to client, p99",
            value=seen.p99_ms,
            unit="ms",
            note=f"p50 {number(seen.p50_ms)} ms, slowest {number(seen.max_ms)} ms",
            limit=LIMIT,
        ),
        Figure(
            what=f"{what}: memory of the API server (PSS), highest",
            value=max(memory),
            unit="MiB",
            note=f"{number(before)} MiB before; {number((max(memory) - before) * 1024 / CLIENTS)} KiB a subscriber",
            limit="a WebSocket's buffers and tasks; the lines themselves are held once",
        ),
    ]
