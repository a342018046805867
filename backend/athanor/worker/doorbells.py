"""arq's side of the worker: a doorbell brings a run's id, and that is all it is trusted with."""

import asyncio
import logging
from typing import Any, cast
from uuid import UUID

from arq.worker import Worker as ArqWorker
from arq.worker import func
from redis.exceptions import RedisError

from athanor.db.session import is_outage
from athanor.loops import heard
from athanor.queue.connection import connect_arq
from athanor.queue.doorbell import JOB_NAME, decode_job, encode_job, queue_key
from athanor.worker.slots import Slots

log = logging.getLogger(__name__)

POLL_S = 0.05
_FOR_EVER_S = 10 * 365 * 86400
logging.getLogger("arq").setLevel(logging.CRITICAL)  # what it would say about jobs, the ledger says about runs


async def answer_forever(redis_url: str, queue: str, slots: Slots, max_jobs: int) -> None:
    """Serves one queue's doorbells, over any number of Redis restarts. Cancel it to stop."""

    async def look_at_run(context: dict[str, Any], run_id: str) -> None:
        # A claim that is under way is the worker's too: its run must not be left without anybody who knows of it.
        taking = asyncio.ensure_future(slots.take(UUID(run_id)))
        taking.add_done_callback(heard)
        try:
            task = await asyncio.shield(taking)
        except Exception as error:
            if not is_outage(error):
                log.exception("run_id=%s: a doorbell could not be answered; the next look will find the run", run_id)
            return
        if task is not None:
            # The run's task is the worker's: arq's own end must not end it. Waiting here keeps arq from taking
            # doorbells that another worker could answer.
            await asyncio.shield(asyncio.wait([task]))

    pause_s = 0.1
    while True:
        redis = connect_arq(redis_url)
        worker = ArqWorker(
            functions=[func(cast(Any, look_at_run), name=JOB_NAME, max_tries=1, keep_result=0)],
            redis_pool=redis,
            queue_name=queue_key(queue),
            handle_signals=False,
            max_jobs=max_jobs,
            job_timeout=_FOR_EVER_S,
            keep_result=0,
            max_tries=1,
            retry_jobs=False,
            poll_delay=POLL_S,
            health_check_interval=3600,
            job_serializer=encode_job,
            job_deserializer=decode_job,
            log_results=False,
        )
        started = asyncio.get_running_loop().time()
        try:
            await worker.async_run()
        except (RedisError, OSError) as error:
            log.warning("Redis is away (%s); pending runs are found in PostgreSQL meanwhile", error)
        except Exception:
            log.exception("the doorbell of queue %s broke; made anew", queue)
        finally:
            await _close(worker, redis)
        if asyncio.get_running_loop().time() - started > 5:
            pause_s = 0.1
        await asyncio.sleep(pause_s)
        pause_s = min(pause_s * 2, 1.0)


async def _close(worker: ArqWorker, redis: Any) -> None:
    """Ends what is left of an arq worker; its jobs' runs live on."""
    for task in worker.tasks.values():
        task.cancel()
    await asyncio.gather(*worker.tasks.values(), return_exceptions=True)
    try:
        await redis.aclose(close_connection_pool=True)
    except (RedisError, OSError) as error:
        log.debug("closing a broken Redis connection: %s", error)
