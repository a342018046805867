"""The same run rung a hundred times on four workers at once: one claim, one attempt, each line once."""

import asyncio
import signal
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

    with running_stack(backend, tmp_path, workers=0) as stack:
        for _ in range(4):
            stack.begin_worker()
        workers = stack.workers
        stack.until_workers(4)
        for _ in range(5):
            # Nobody hears a bell before all have been rung; then all four hear them at the same moment.
            for worker in workers:
                worker.send_signal(signal.SIGSTOP)
            try:
                run_id = stack.start("numbered", lines=100, pause_s=0.002)
                asyncio.run(ring(run_id))
                assert stack.run(run_id)["status"] == "pending"
            finally:
                for worker in workers:
                    worker.send_signal(signal.SIGCONT)
            run = stack.until(run_id)
            assert (run["status"], run["attempt"]) == ("completed", 1)
            stack.check_ledger(run_id, lines=100)
            assert stack.said().count(f"run_id={run_id} attempt=1: completed/ok") == 1
