"""The long form of rows 2 and 6: Redis away for half a minute, PostgreSQL for more than half of a longer lease."""

import time
from pathlib import Path
from typing import Any

from msgspec import Struct

from followers import Followers
from stack import eventually, running_stack

LEASE_S = 60.0
REDIS_AWAY_S = 30.0
POSTGRES_AWAY_S = 0.6 * LEASE_S


class Outage(Struct, kw_only=True):
    """A run lived through it, and every line of it is there once."""

    server: str
    away_s: float
    lines: int
    back_s: float
    """From its return until each follower saw a new line."""


def measure(backend: Any, folder: Path) -> list[Outage]:
    """Raises AssertionError where a line or a run is lost, or something is not live again by itself."""
    servers = backend.servers
    return [
        _one("Redis", servers.valkey, REDIS_AWAY_S, backend, folder),
        _one("PostgreSQL", servers.postgres, POSTGRES_AWAY_S, backend, folder),
    ]


def _one(name: str, server: Any, away_s: float, backend: Any, folder: Path) -> Outage:
    place = folder / f"{name} away"
    place.mkdir()
    is_enough = place / "enough"
    with running_stack(backend, place, ATHANOR_LEASE=f"{LEASE_S}s") as stack:
        run_id = stack.start("numbered", lines=10_000_000, pause_s=0.01, until=str(is_enough))
        followers = Followers(stack.stream_url, run_id, 5)
        stack.until_lines(run_id, 100)
        if name == "PostgreSQL":
            backend.servers.checkpoint()
        server.kill()
        try:
            queued = stack.start("numbered", lines=5) if name == "Redis" else None
            time.sleep(away_s)
        finally:
            server.start()
        back_at = time.monotonic()
        before = [len(seen) for seen in followers.seen]
        eventually(
            lambda: all(len(seen) > count for seen, count in zip(followers.seen, before, strict=True)),
            what="what followers saw since",
        )
        back_s = time.monotonic() - back_at
        is_enough.touch()
        run = stack.until(run_id)
        assert (run["status"], run["reason"], run["attempt"]) == ("completed", "ok", 1), run
        lines = stack.written(run_id)
        stack.check_ledger(run_id, *followers.wait(), lines=lines)
        if queued is not None:
            assert stack.until(queued)["reason"] == "ok"
            stack.check_ledger(queued, lines=5)
        assert stack.workers[0].poll() is None
    return Outage(server=name, away_s=away_s, lines=lines, back_s=back_s)
