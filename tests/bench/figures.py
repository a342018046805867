"""What a benchmark finds out, and how it is written down."""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """One number with its goal. `goal` None: measured for comparison only."""

    what: str
    value: float
    unit: str
    goal: float | None = None
    better: Literal["lower", "higher"] = "lower"
    limit: str
    """What keeps the number from being better."""
    note: str = ""
    """More of the same measurement: ranges, counts, ratios."""

    @property
    def reached(self) -> bool | None:
        """None without a goal."""
        if self.goal is None:
            return None
        return self.value <= self.goal if self.better == "lower" else self.value >= self.goal

    @property
    def shown(self) -> str:
        return f"{number(self.value)} {self.unit}"

    @property
    def shown_goal(self) -> str:
        if self.goal is None:
            return "none"
        return f"{'at most' if self.better == 'lower' else 'at least'} {number(self.goal)} {self.unit}"


def number(value: float) -> str:
    """Three significant digits, thousands apart."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def percentile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0 to 1) of `values` do not exceed; NaN for none."""
    ordered = sorted(values)
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]
