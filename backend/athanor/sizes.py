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
