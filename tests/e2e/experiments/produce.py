"""Results and metrics of every kind for the tests in the browser."""

import math
import time

from msgspec import Struct

from athanor import Run, experiment


class Results(Struct, kw_only=True):
    count: int = 20
    wide: int = 0
    """Nodes of one large value."""
    pause_s: float = 0.0


@experiment(title="Produce results")
def produce_results(run: Run[Results]) -> None:
    """Records results of many kinds."""
    run.result("accuracy", 0.9375)
    run.result("big_seed", 2**62 + 1)
    run.result("text", "A sentence with “quotes” and <b>markup</b>")
    run.result("table", [{"fold": fold, "loss": 0.5 / (fold + 1), "ok": True} for fold in range(5)])
    run.result("nested", {"model": {"kind": "tree", "depth": [1, 2, {"leaf": None}]}, "a/b": "slash"})
    if run.config.wide:
        groups = {f"group {g}": [{"node": n} for n in range(run.config.wide // 200)] for g in range(100)}
        run.result("wide", groups)
    for number in run.track(range(run.config.count)):
        run.result(f"item {number:05d}", {"number": number})
        time.sleep(run.config.pause_s)


class Curves(Struct, kw_only=True):
    metrics: int = 3
    points: int = 300
    pause_s: float = 0.0


@experiment(title="Draw curves")
def draw_curves(run: Run[Curves]) -> None:
    """Records metrics that look like training."""
    for step in run.track(range(run.config.points), message="training"):
        for number in range(run.config.metrics):
            run.metric(f"loss/{number}", math.exp(-step / 80) + 0.05 * math.sin(step * (number + 1)), step=step)
        time.sleep(run.config.pause_s)


@experiment(title="Odd metrics")
def odd_metrics(run: Run[Curves]) -> None:
    """Metrics that charts stumble over."""
    for value in (1.0, math.nan, math.inf, -1.0, 0.0, 2.0):
        run.metric("odd", value)
    run.metric("single", 42.0, step=7)
