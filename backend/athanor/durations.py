"""Durations as people write them, in settings and in experiments: "10m"."""

import re

_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


def duration_s(value: "str | float") -> float:
    """Seconds of "250ms", "10s", "5m", "2h", "1d" or a number of seconds; more than zero.

    Raises:
        ValueError: anything else.
    """
    if isinstance(value, str):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)?", value.strip())
        seconds = float(match[1]) * _UNITS[match[2] or "s"] if match else 0.0
    else:
        seconds = 0.0 if isinstance(value, bool) else float(value)
    if not 0 < seconds < float("inf"):
        raise ValueError(f"{value!r} is not a duration; write it like 500ms, 10s, 5m, 2h or 1d, or as seconds")
    return seconds
