"""A worker: takes runs of its queues into its slots, and sees each one to its end."""

import asyncio
import logging
import os
from uuid import UUID

import msgspec

from athanor.db.base import new_id
from athanor.db.session import Database, in_one_line, try_until
from athanor.domain.runs.reaper import WORKER_SESSION_PREFIX, after_reaping, reap_forever
from athanor.domain.runs.transitions import give_back, reap_workers
from athanor.domain.workers.events import WorkersChange, WorkersUpdated
from athanor.domain.workers.repository import Registration, leave, neighbours, register
from athanor.live.listener import Listener
from athanor.live.publisher import WORKER_PREFIX, Publisher
from athanor.loops import end, keep
from athanor.settings import Settings
from athanor.wire import topics
from athanor.wire.control import CancelRun
from athanor.worker.child_environment import child_environment
from athanor.worker.doorbells import answer_forever
from athanor.worker.figures import Figures
from athanor.worker.heart import Heart
from athanor.worker.machine import host, machine, process_started
from athanor.worker.memory_group import remove_groups_left_over
from athanor.worker.offers import Offers
from athanor.worker.poster import Poster
from athanor.worker.slots import Slots

log = logging.getLogger(__name__)

MAX_CONNECTIONS = 16
"""Kept open to PostgreSQL, and as many more under load: transactions are short, many slots share few connections."""


class Worker:
    """Composition and order of start and stop; each part has a module of its own."""

    def __init__(self, settings: Settings, database_url: str, redis_url: str) -> None:
        self._settings = settings
        self._redis_url = redis_url
        pid = os.getpid()
        self._registration = Registration(
            id=new_id(),
            host=host(),
            machine=machine(),
            pid=pid,
            process_started=process_started(pid) or 0.0,
            queues=settings.queues,
            slots=settings.slots,
            folders=tuple(str(folder) for folder in settings.experiments),
        )
        worker_id = self._registration.id
        self._publisher = Publisher(redis_url)
        self._database = Database(
            database_url,
            self._publisher.deliver,
            application=f"{WORKER_SESSION_PREFIX}{worker_id}",
            pool_size=min(settings.slots + 4, MAX_CONNECTIONS),
        )
        environment = child_environment(os.environ)
        figures = Figures()
        self._slots = Slots(settings, worker_id, self._database, self._publisher, environment, figures)
        self._offers = Offers(settings, worker_id, self._database, self._slots, environment)
        self._heart = Heart(settings, self._registration, self._database, self._slots, self._offers.publish)
        self._orders = Listener(redis_url, self._on_order)
        self._poster = Poster(settings, worker_id, self._database, self._publisher, figures, self._slots)
        self._stop = asyncio.Event()
        self._hurry = asyncio.Event()

    @property
    def id(self) -> UUID:
        return self._registration.id

    def stop(self) -> None:
        """Drains; called a second time, does not wait for what runs."""
        (self._hurry if self._stop.is_set() else self._stop).set()

    async def run(self) -> None:
        """Works until stopped and drained."""
        remove_groups_left_over()
        await try_until(self._register, give_up=self._stop.is_set, what="registering")
        await self._orders.subscribe(WORKER_PREFIX + str(self.id))
        loops = [
            keep(loop, ended=self.stop)  # better to be started anew than to live on with a part missing
            for loop in (
                self._heart.beat_forever(),
                self._heart.pet_forever(),
                self._orders.run(),
                self._poster.post_forever(),
                reap_forever(self._database, lease_s=self._settings.lease_s),
            )
        ]
        await self._scan_unless_stopped()
        taking = [
            keep(answer_forever(self._redis_url, queue, self._slots, self._settings.slots), ended=self.stop)
            for queue in self._settings.queues
        ]
        loops += [keep(loop, ended=self.stop) for loop in (self._offers.follow(), self._slots.look_forever())]
        log.info(
            "worker %s ready: %s slots, queues %s", self.id, self._settings.slots, ", ".join(self._settings.queues)
        )
        await self._stop.wait()
        log.info("draining: %s runs have %s s to end", len(self._slots.executions), self._settings.drain_s)
        self._heart.draining = True
        self._slots.close()  # before the doorbells, which take their time to end
        await end(taking)
        await self._slots.drain(self._settings.drain_s, self._hurry)
        await end(loops)
        self._heart.signed_off = True
        await self._leave()
        await self._database.close()
        await self._publisher.close()

    async def _scan_unless_stopped(self) -> None:
        """The first look at the experiments; a module that hangs at import does not hold up the end."""
        scanning, stopping = asyncio.create_task(self._offers.scan()), asyncio.create_task(self._stop.wait())
        await asyncio.wait([scanning, stopping], return_when=asyncio.FIRST_COMPLETED)
        await end([stopping])
        if scanning.done():
            scanning.result()
        await end([scanning])

    async def _register(self) -> None:
        """Enters the worker, and ends what dead workers of this machine left behind."""
        async with self._database.unit() as unit:
            await register(unit.session, self._registration, lease_s=self._settings.lease_s)
            dead = [
                other.id
                for other in await neighbours(unit.session, self._registration)
                if abs((process_started(other.pid) or 0.0) - other.process_started) > 1.0
            ]
            if dead:
                await after_reaping(unit, await reap_workers(unit.session, dead))
                await leave(unit.session, dead)
            unit.outbox.changed([topics.WORKERS], WorkersUpdated(WorkersChange(ids=[self.id])))

    async def _leave(self) -> None:
        try:
            async with asyncio.timeout(3), self._database.unit() as unit:
                if (known := self._slots.known) is not None:
                    await after_reaping(unit, await give_back(unit.session, self.id, known))
                await leave(unit.session, [self.id])
                unit.outbox.changed([topics.WORKERS], WorkersUpdated(WorkersChange(ids=[self.id])))
        except Exception as error:
            log.warning("could not sign off (%s); the lease will run out", in_one_line(error))

    def _on_order(self, _channel: str, data: bytes) -> None:
        try:
            order = msgspec.msgpack.decode(data, type=CancelRun)
        except msgspec.MsgspecError as error:
            log.warning("an order is not of this version (%s)", error)
            return
        execution = self._slots.executions.get(order.run_id)
        if execution is not None:
            execution.cancel(force=order.force)
