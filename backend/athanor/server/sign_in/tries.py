"""How often a token may be tried: constant memory, whoever asks, and however many."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import ip_address

ADDRESS_BURST = 10
ADDRESS_EVERY_S = 6.0
ALL_BURST = 100
ALL_EVERY_S = 1.0
MAX_ADDRESSES = 1024


class Bucket:
    """`burst` tries at once, and one more every `every_s`."""

    def __init__(self, burst: int, every_s: float, now: float) -> None:
        self._burst = burst
        self._every_s = every_s
        self._left = float(burst)
        self._at = now

    def wait_s(self, now: float) -> float:
        """0 when a try is left, else how long until there is one."""
        self._left = min(self._burst, self._left + max(0.0, now - self._at) / self._every_s)
        self._at = now
        return 0.0 if self._left >= 1 else (1 - self._left) * self._every_s

    def take(self) -> None:
        self._left -= 1


class Tries:
    """Wrong tokens, counted per client address and for all together; the right one gives its address a fresh start.

    Behind a proxy all clients have one address: forwarded headers are never read. Of many addresses those that tried
    longest ago are forgotten; the count of all stays.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(ALL_BURST, ALL_EVERY_S, clock())
        self._by_address: OrderedDict[str, Bucket] = OrderedDict()

    def take(self, address: str | None) -> int:
        """Takes a try; 0 when there was one, else the whole seconds to wait, and nothing is taken."""
        now = self._clock()
        key = _network(address)
        own = self._by_address.get(key)
        if own is None:
            own = self._by_address[key] = Bucket(ADDRESS_BURST, ADDRESS_EVERY_S, now)
            if len(self._by_address) > MAX_ADDRESSES:
                self._by_address.popitem(last=False)
        self._by_address.move_to_end(key)
        wait_s = max(own.wait_s(now), self._all.wait_s(now))
        if wait_s > 0:
            return max(1, math.ceil(wait_s))
        own.take()
        self._all.take()
        return 0

    def forgive(self, address: str | None) -> None:
        self._by_address.pop(_network(address), None)


def _network(address: str | None) -> str:
    """Of IPv6 the /64: one household has that many addresses to try from."""
    try:
        parsed = ip_address((address or "").partition("%")[0])
    except ValueError:
        return ""
    if parsed.version == 4:
        return str(parsed)
    return str(parsed.ipv4_mapped) if parsed.ipv4_mapped else parsed.exploded[:19]
