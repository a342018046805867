"""One registry for each server, and the route that shows it."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator

from litestar import Response, get
from litestar.handlers import HTTPRouteHandler
from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

import athanor
from athanor.db.session import Database, in_one_line
from athanor.domain.runs.reaper import REAPED
from athanor.live.hub import Hub
from athanor.server.metrics.families import standing_families
from athanor.server.metrics.requests import Requests
from athanor.server.metrics.standing import Standing

_log = logging.getLogger(__name__)

ASK_TIMEOUT_S = 5.0
REUSE_S = 1.0


class Metrics:
    """Everything `/metrics` shows. `watch` adds what a server has once it is started."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Requests(self.registry)
        ProcessCollector(registry=self.registry)
        self._asked = _Asked()
        self.registry.register(self._asked)
        self._lock = asyncio.Lock()
        self._at = 0.0
        self._read_standing: Callable[[], Awaitable[Standing]] | None = None

    def watch(self, database: Database, hub: Hub, read_standing: Callable[[], Awaitable[Standing]]) -> None:
        """`read_standing` is called at a scrape, at most once in REUSE_S."""
        self._read_standing = read_standing
        self.registry.register(_OwnParts(database, hub))

    async def text(self) -> bytes:
        """All metrics in Prometheus' text format."""
        async with self._lock:
            if self._read_standing is not None and time.monotonic() - self._at > REUSE_S:
                self._asked.standing = await self._ask(self._read_standing)
                self._at = time.monotonic()
            return generate_latest(self.registry)

    async def _ask(self, read_standing: Callable[[], Awaitable[Standing]]) -> Standing | None:
        # Shielded: a query that is cancelled leaves its connection behind.
        asking = asyncio.ensure_future(read_standing())
        try:
            async with asyncio.timeout(ASK_TIMEOUT_S):
                return await asyncio.shield(asking)
        except Exception as error:
            asking.add_done_callback(lambda task: task.cancelled() or task.exception())
            _log.warning("metrics: the ledger does not answer (%s)", in_one_line(error))
            return None


class _Asked(Collector):
    """What the ledger said at this scrape. Metrics of a ledger that does not answer are missing, not old."""

    standing: Standing | None = None

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("athanor_build", "The version of this server", {"version": athanor.__version__})
        yield GaugeMetricFamily(
            "athanor_ledger_up", "Whether PostgreSQL answered this scrape", float(self.standing is not None)
        )
        if self.standing is not None:
            yield from standing_families(self.standing)


class _OwnParts(Collector):
    """What this server's hub and connection pool are at."""

    def __init__(self, database: Database, hub: Hub) -> None:
        self._database = database
        self._hub = hub

    def collect(self) -> Iterable[Metric]:
        hub, pool = self._hub, self._database.engine.pool
        yield GaugeMetricFamily("athanor_redis_connected", "Whether the hub listens to Redis", float(hub.connected))
        yield GaugeMetricFamily("athanor_stream_sockets", "WebSocket clients", hub.sockets)
        yield GaugeMetricFamily("athanor_stream_subscribers", "Subscriptions of those clients", hub.subscribers)
        lag = GaugeMetricFamily(
            "athanor_stream_lag_entries",
            "Entries that PostgreSQL had and followed streams had not heard of, at the last look (once a second)",
            labels=["stream"],
        )
        for stream, entries in hub.lag.items():
            lag.add_metric([stream], entries)
        yield lag
        yield CounterMetricFamily(
            "athanor_stream_gap_entries", "Entries that the bus lost and PostgreSQL gave", value=hub.lost_entries
        )
        yield CounterMetricFamily(
            "athanor_reaped_attempts",
            "Lost attempts that this server's reaper ended",
            value=self._database.tally[REAPED],
        )
        if isinstance(pool, QueuePool):
            connections = GaugeMetricFamily(
                "athanor_database_connections", "Connections of this server's pool", labels=["state"]
            )
            connections.add_metric(["used"], pool.checkedout())
            connections.add_metric(["idle"], pool.checkedin())
            yield connections
            yield GaugeMetricFamily(
                "athanor_database_connections_limit", "How many it may open", pool.size() + self._database.max_overflow
            )


def metrics_route(metrics: Metrics) -> HTTPRouteHandler:
    @get("/metrics", include_in_schema=False)
    async def get_metrics() -> Response[bytes]:
        return Response(await metrics.text(), media_type=CONTENT_TYPE_LATEST)

    return get_metrics
