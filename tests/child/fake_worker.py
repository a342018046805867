"""A worker without a database: starts one run, writes its process ids to stdout as JSON, pets the guard, waits.

python fake_worker.py EXPERIMENT LEASE_S
"""

import asyncio
import sys

from athanor.wire.reports import Report, Result
from athanor.worker.process import RunProcess
from run_driver import assignment, start


def show(reports: list[Report]) -> None:
    for report in reports:
        if isinstance(report, Result):
            print(report.value, flush=True)


async def pet(process: RunProcess) -> None:
    while True:
        process.pet()
        await asyncio.sleep(0.1)


async def main() -> None:
    process = await start(assignment("endings", sys.argv[1]), show, lease_s=float(sys.argv[2]))
    petting = asyncio.create_task(pet(process))
    print(await process.wait(), flush=True)
    petting.cancel()


asyncio.run(main())
