"""How often a token may be tried, on a clock that the test turns."""

from athanor.server.sign_in.tries import (
    ADDRESS_BURST,
    ADDRESS_EVERY_S,
    ALL_BURST,
    ALL_EVERY_S,
    MAX_ADDRESSES,
    Tries,
)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_one_address_has_its_burst_and_then_one_every_few_seconds() -> None:
    clock = Clock()
    tries = Tries(clock)
    assert [tries.take("10.0.0.1") for _ in range(ADDRESS_BURST + 1)] == [0] * ADDRESS_BURST + [ADDRESS_EVERY_S]
    assert tries.take("10.0.0.2") == 0
    clock.now += ADDRESS_EVERY_S - 1
    assert tries.take("10.0.0.1") == 1
    clock.now += 1
    assert (tries.take("10.0.0.1"), tries.take("10.0.0.1")) == (0, ADDRESS_EVERY_S)
    clock.now += 1e9
    assert [tries.take("10.0.0.1") for _ in range(ADDRESS_BURST + 1)][-2:] == [0, ADDRESS_EVERY_S]


def test_asking_too_early_costs_nothing_and_a_clock_that_stands_gives_nothing() -> None:
    clock = Clock()
    tries = Tries(clock)
    for _ in range(1000):
        tries.take("10.0.0.1")
    assert tries.take("10.0.0.1") == ADDRESS_EVERY_S
    clock.now += ADDRESS_EVERY_S
    assert tries.take("10.0.0.1") == 0


def test_all_addresses_together_are_limited_and_few_are_remembered() -> None:
    clock = Clock()
    tries = Tries(clock)
    waits = [tries.take(f"10.{number >> 16}.{number >> 8 & 255}.{number & 255}") for number in range(50_000)]
    assert waits.count(0) == ALL_BURST
    assert set(waits[ALL_BURST:]) == {ALL_EVERY_S}
    assert len(tries._by_address) == MAX_ADDRESSES
    clock.now += 10 * ALL_EVERY_S
    assert [tries.take(f"10.9.9.{number}") for number in range(11)] == [0] * 10 + [ALL_EVERY_S]


def test_the_right_token_gives_a_fresh_start() -> None:
    tries = Tries(Clock())
    for _ in range(ADDRESS_BURST):
        tries.take("10.0.0.1")
    tries.forgive("10.0.0.1")
    assert tries.take("10.0.0.1") == 0


def test_addresses_of_one_network_are_one() -> None:
    tries = Tries(Clock())
    for number in range(ADDRESS_BURST):
        assert tries.take(f"2001:db8:1:2::{number}") == 0
    assert tries.take("2001:db8:1:2:ffff::1") > 0
    assert tries.take("2001:db8:1:3::1") == 0
    for _ in range(ADDRESS_BURST):
        tries.take("::ffff:10.0.0.1")
    assert tries.take("10.0.0.1") > 0
    for address in (None, "", "testclient", "fe80::1%eth0"):
        assert tries.take(address) == 0
