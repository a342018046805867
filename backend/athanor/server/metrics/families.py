"""How the standing of runs, queues and workers reads as Prometheus metrics."""

from collections.abc import Iterator
from itertools import accumulate

from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)

from athanor.server.metrics.standing import Standing
from athanor.wire.figures import FLUSH_BUCKETS_S, Histogram, WorkerFigures


def standing_families(standing: Standing) -> Iterator[Metric]:
    """Everything that the ledger and the workers say."""
    runs = GaugeMetricFamily("athanor_runs", "Runs in the ledger", labels=["status", "reason"])
    for count in standing.runs:
        runs.add_metric([count.status, count.reason], count.count)
    yield runs
    yield from _queue_families(standing)
    yield from _worker_families(standing)
    yield from _figure_families([(str(worker_id), figures) for worker_id, figures in standing.figures.items()])


def _queue_families(standing: Standing) -> Iterator[Metric]:
    depth = GaugeMetricFamily("athanor_queue_depth", "Pending runs", labels=["queue"])
    oldest = GaugeMetricFamily(
        "athanor_queue_oldest_waiting_seconds", "Age of the oldest pending run, 0 without one", labels=["queue"]
    )
    workers = GaugeMetricFamily("athanor_queue_workers", "Live workers that take runs", labels=["queue"])
    slots = GaugeMetricFamily("athanor_queue_slots", "Slots of those workers", labels=["queue"])
    used = GaugeMetricFamily("athanor_queue_slots_used", "Running runs", labels=["queue"])
    for queue in standing.queues:
        depth.add_metric([queue.name], queue.pending)
        oldest.add_metric([queue.name], standing.oldest_s.get(queue.name, 0.0))
        workers.add_metric([queue.name], queue.workers)
        slots.add_metric([queue.name], queue.slots)
        used.add_metric([queue.name], queue.running)
    yield from (depth, oldest, workers, slots, used)


def _worker_families(standing: Standing) -> Iterator[Metric]:
    labels = ["worker", "host", "draining", "version"]
    info = GaugeMetricFamily("athanor_worker_info", "1 for each live worker", labels=labels)
    slots = GaugeMetricFamily("athanor_worker_slots", "Runs the worker takes at once", labels=["worker"])
    used = GaugeMetricFamily("athanor_worker_slots_used", "Runs the ledger has running there", labels=["worker"])
    age = GaugeMetricFamily("athanor_worker_heartbeat_age_seconds", "Since its last heartbeat", labels=["worker"])
    for worker in standing.workers:
        name = [str(worker.id)]
        figures = standing.figures.get(worker.id)
        info.add_metric([*name, worker.host, str(worker.draining).lower(), figures.version if figures else ""], 1)
        slots.add_metric(name, worker.slots)
        used.add_metric(name, worker.running)
        age.add_metric(name, worker.heartbeat_age_ms / 1000)
    yield from (info, slots, used, age)


def _figure_families(figures: list[tuple[str, WorkerFigures]]) -> Iterator[Metric]:
    entries = CounterMetricFamily(
        "athanor_worker_entries", "Log lines, results and metrics committed", labels=["worker", "stream"]
    )
    flushes = HistogramMetricFamily(
        "athanor_worker_flush_seconds", "Time a batch of entries takes to be committed", labels=["worker"]
    )
    waiting = GaugeMetricFamily("athanor_worker_backlog_entries", "Read from runs, not committed", labels=["worker"])
    size = GaugeMetricFamily("athanor_worker_backlog_bytes", "The same, roughly in bytes", labels=["worker"])
    ended = CounterMetricFamily("athanor_worker_runs_ended", "Runs the worker ended", labels=["worker", "reason"])
    reaped = CounterMetricFamily("athanor_worker_reaped_attempts", "Lost attempts it ended", labels=["worker"])
    for name, counted in figures:
        for stream, count in counted.entries.items():
            entries.add_metric([name, stream], count)
        flushes.add_metric([name], _buckets(counted.flushes), counted.flushes.sum_s)
        waiting.add_metric([name], counted.backlog_entries)
        size.add_metric([name], counted.backlog_bytes)
        for reason, count in counted.endings.items():
            ended.add_metric([name, reason], count)
        reaped.add_metric([name], counted.reaped_attempts)
    yield from (entries, flushes, waiting, size, ended, reaped)


def _buckets(histogram: Histogram) -> list[tuple[str, float]]:
    limits = [*map(str, FLUSH_BUCKETS_S), "+Inf"]
    return list(zip(limits, accumulate(histogram.counts), strict=True))
