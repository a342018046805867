"""`make soak`: faults for as long as told, then detection times and races; writes docs/reliability.md.

python tests/soak/run.py [--duration 40m] [--seed N] [--no-report]
"""

import argparse
import random
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path[0] = str(TESTS)

from athanor.db.migrate import upgrade  # noqa: E402 - the path had to be set first
from athanor.durations import duration_s  # noqa: E402
from bench import machine  # noqa: E402
from conftest import Backend  # noqa: E402
from fault_injection import FAULTS  # noqa: E402
from leftovers import note_endings  # noqa: E402
from servers import servers  # noqa: E402
from soak import detection, outages, races, report, rounds  # noqa: E402
from stack import running_stack  # noqa: E402

REPORT = TESTS.parent / "docs" / "reliability.md"
# Those that neither the API server nor a worker must notice in its memory: they live through the second part.
LIVED_THROUGH = [fault for fault in FAULTS if not fault.deadly and fault.name != "API server killed"]
RACES = 10_000


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--duration", type=duration_s, default=duration_s("40m"), help="of the rounds, like 40m")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(2**31))
    parser.add_argument("--no-report", action="store_true", help="write nothing")
    wanted = parser.parse_args()
    about = {**machine.describe(), "seed": str(wanted.seed)}
    with tempfile.TemporaryDirectory(prefix="athanor-soak-") as folder, servers() as pair:

        def fresh() -> Backend:
            url = pair.fresh_database()
            upgrade(url)
            note_endings(url)
            return Backend(url, pair.redis_url, pair)

        counted = []
        for name, faults, share, watched in (("all", FAULTS, 0.2, False), ("steady", LIVED_THROUGH, 0.8, True)):
            place = Path(folder, name)
            place.mkdir()
            lease = {"ATHANOR_LEASE": f"{rounds.LEASE_S}s", "ATHANOR_SLOTS": "2"}
            with running_stack(fresh(), place, workers=2, **lease) as stack:
                counted.append(rounds.soak(stack, wanted.duration * share, wanted.seed, faults, tell, watched=watched))
        away = outages.measure(fresh(), Path(folder))
        for outage in away:
            tell(f"{outage.server} away for {outage.away_s} s: live again after {outage.back_s:.1f} s")
        ended = races.race(fresh(), RACES, wanted.seed)
        tell(f"races: {dict(ended)}")
        detections = detection.measure(fresh(), Path(folder))
        for each in detections:
            tell(f"{each.fault}: lost after {each.lost}, processes gone after {each.ended} {each.why_not or ''}")
    found = report.faults(counted[1])
    for fault in found:
        tell(f"not good enough for the report: {fault}")
    if wanted.no_report:
        return 0
    if found:
        return 1
    REPORT.write_text(report.page(*counted, away, detections, ended, about))
    tell(f"written to {REPORT.relative_to(TESTS.parent)}")
    return 0


def tell(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
