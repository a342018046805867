"""Patterns say exactly which texts they mean."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as some

from athanor.sdk import patterns

numbers = some.one_of(
    some.integers(-1200, 1200),
    some.integers(-(10**20), 10**20),
    some.sampled_from([10**size + near for size in range(20) for near in (-1, 0, 1)]),
)


@given(low=some.none() | numbers, high=some.none() | numbers, number=numbers, near=some.integers(-2, 2))
def test_whole_numbers_within_bounds(low: int | None, high: int | None, number: int, near: int) -> None:
    pattern = patterns.whole_number(low, high)
    for each in (number, (low or 0) + near, (high or 0) + near):
        within = (low is None or each >= low) and (high is None or each <= high) and abs(each) < 10**19
        assert bool(re.search(pattern, str(each))) == within
    assert not any(re.search(pattern, text) for text in ("", "-", "01", "--1", "+1", "1.0", " 1"))


def test_base64_of_so_many_bytes() -> None:
    for low in range(8):
        for high in (None, *range(low, 12)):
            pattern = patterns.base64_of(low, high)
            for size in range(14):
                fits = re.search(pattern, base64.b64encode(b"x" * size).decode())
                assert bool(fits) == (size >= low and (high is None or size <= high))


def test_decimals_of_so_many_digits() -> None:
    texts = ("0", "-1", "12", "12.5", "0.25", "123", "1.234", "01", ".5", "5.", "1e1", "1234.5")
    accepted = {
        limits: [text for text in texts if re.search(patterns.decimal(*limits), text)]
        for limits in ((3, 1), (3, None), (None, 1), (2, 2))
    }
    assert accepted == {
        (3, 1): ["0", "-1", "12", "12.5"],
        (3, None): ["0", "-1", "12", "12.5", "0.25", "123"],
        (None, 1): ["0", "-1", "12", "12.5", "123", "1234.5"],
        (2, 2): ["0", "-1", "0.25"],
    }


def test_versions_of_uuids() -> None:
    assert re.search(patterns.uuid(4), "123e4567-e89b-42d3-a456-426614174000")
    assert not re.search(patterns.uuid(4), "123e4567-e89b-12d3-a456-426614174000")
