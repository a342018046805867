"""Sizes of memory as people write them in experiments: "2GiB"."""

import re

_UNITS = {"": 1, "B": 1} | {
    f"{prefix}{middle}B": base**power
    for middle, base in (("", 1000), ("i", 1024))
    for power, prefix in enumerate("KMGT", start=1)
}
_LEAST_BYTES = 1024 * 1024
_MOST_BYTES = 2**62


def size_bytes(value: "str | int") -> int:
    """Bytes of "512MiB", "2GiB", "1.5GB" or a whole number of bytes; at least 1 MiB.

    Raises:
        ValueError: anything else.
    """
    size = 0
    if isinstance(value, str):
        match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]?i?B|)", value.strip().replace("kB", "KB"))
        if match and match[2] in _UNITS:
            size = int(float(match[1]) * _UNITS[match[2]])
    elif isinstance(value, int) and not isinstance(value, bool):
        size = value
    if not _LEAST_BYTES <= size <= _MOST_BYTES:
        raise ValueError(f"{value!r} is not a size of memory; write it like 512MiB, 2GiB or 1.5GB (1 MiB at least)")
    return size


def size_text(size: int) -> str:
    """ "2 GiB", "1.5 GB": in powers of 1024 or of 1000, whichever is shorter."""
    return min(_in_units(size, 1024, "i"), _in_units(size, 1000, ""), key=len)


def _in_units(size: int, base: int, middle: str) -> str:
    power = 0
    while size >= base ** (power + 1) and power < 4:
        power += 1
    return f"{size / base**power:.4g} {'BKMGT'[power]}{middle if power else ''}{'B' if power else ''}"
