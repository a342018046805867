"""Posts the worker's figures where API servers find them: one key in Redis, as long-lived as the worker's lease.

In Redis, not in the worker's row: they are for charts alone, nobody decides by them, so they should cost the ledger no
write and no column. When Redis is away they are missing, which a chart shows, rather than old.
"""

import asyncio
from uuid import UUID

import msgspec

from athanor.db.session import Database
from athanor.live.publisher import Publisher
from athanor.settings import Settings
from athanor.wire.figures import figures_key
from athanor.worker.figures import Figures
from athanor.worker.heart import beat_every_s
from athanor.worker.slots import Slots


class Poster:
    """Works beside the heart, at its pace."""

    def __init__(
        self,
        settings: Settings,
        worker_id: UUID,
        database: Database,
        publisher: Publisher,
        figures: Figures,
        slots: Slots,
    ) -> None:
        self._settings = settings
        self._key = figures_key(worker_id)
        self._database = database
        self._publisher = publisher
        self._figures = figures
        self._slots = slots

    async def post_forever(self) -> None:
        while True:
            figures = self._figures.snapshot(self._database.tally, len(self._slots.executions))
            await self._publisher.keep(self._key, msgspec.msgpack.encode(figures), for_s=self._settings.lease_s)
            await asyncio.sleep(beat_every_s(self._settings.lease_s))
