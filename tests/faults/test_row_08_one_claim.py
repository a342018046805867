"""The same run rung a hundred times on four workers: one claim, one attempt, each line once."""

import asyncio
from uuid import UUID

from athanor.db.session import Outbox
from athanor.live.publisher import Publisher
from stack import running_stack


def test_a_hundred_doorbells_for_one_run(backend, tmp_path):
    async def ring(run_id):
        publisher = Publisher(backend.redis_url)
        outbox = Outbox()
        for _ in range(100):
            outbox.ring("default", UUID(run_id))
        await publisher.deliver(outbox)
        await publisher.close()

    with running_stack(backend, tmp_path, workers=4) as stack:
        run_id = stack.start("numbered", lines=200, pause_s=0.005)
        asyncio.run(ring(run_id))
        run = stack.until(run_id)
        assert (run["status"], run["attempt"]) == ("completed", 1)
        stack.check_ledger(run_id, lines=200)
        assert stack.said().count(f"run_id={run_id} attempt=1: completed/ok") == 1
