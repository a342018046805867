"""The decorator: what it keeps of a function, and what it refuses."""

from typing import Any

import pytest

import athanor
from athanor import Run, experiment
from athanor.sdk.errors import ExperimentError
from athanor.sdk.experiment import find, registered


def test_the_public_names() -> None:
    assert athanor.__all__ == ["Cancelled", "Run", "__version__", "experiment"]


def test_the_function_stays_what_it_is() -> None:
    def plain(run: Run[None]) -> int:
        """Does it.

        And more.
        """
        return 3

    assert experiment(plain) is plain
    assert experiment(name="other", title="Other one", description="", tags="tag", timeout=1.5)(plain) is plain
    first, second = registered()[-2:]
    assert (first.name, first.title, first.description, first.module) == (
        "plain",
        "Plain",
        "Does it.\n\nAnd more.",
        __name__,
    )
    assert (first.timeout_s, first.retries, first.queue, first.tags) == (None, 0, "default", ())
    assert (first.retry_on, first.backoff_s, first.stalled_s, first.memory_bytes) == (("lost",), 0.0, None, None)
    assert (second.name, second.title, second.description) == ("other", "Other one", "")
    assert (second.timeout_s, second.tags) == (1.5, ("tag",))
    assert find(__name__, "plain") is first
    assert find("elsewhere", "plain") is None


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"name": "two words"}, "the name 'two words' must be 1 to 100 letters"),
        ({"name": ""}, "the name '' must be"),
        ({"timeout": "soon"}, "timeout: 'soon' is not a duration"),
        ({"timeout": 0}, "timeout: 0 is not a duration"),
        ({"timeout": -1.0}, "is not a duration"),
        ({"timeout": float("nan")}, "is not a duration"),
        ({"timeout": True}, "is not a duration"),
        ({"retries": -1}, "retries must be a whole number from 0 to 100"),
        ({"retries": 1.5}, "retries must be a whole number"),
        ({"retry_on": ()}, "retry_on must name one or more of lost, error, exit, timeout, stalled, interrupted, not"),
        ({"retry_on": ("lost", "reported")}, "retry_on must name one or more of"),
        ({"retry_on": "ok"}, "retry_on must name one or more of"),
        ({"backoff": "later"}, "backoff: 'later' is not a duration"),
        ({"backoff": "31d"}, "backoff: '31d' is longer than 30d"),
        ({"stalled": 0}, "stalled: 0 is not a duration"),
        ({"memory": "lots"}, "memory: 'lots' is not a size of memory; write it like 512MiB"),
        ({"memory": 5}, "memory: 5 is not a size of memory"),
        ({"memory": True}, "memory: True is not a size"),
        ({"queue": "a/b"}, "the queue 'a/b' must be"),
        ({"tags": [1]}, "tags must be a list of words"),
        ({"config": int}, "config must be a JSON Schema"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(arguments: dict[str, Any], reason: str) -> None:
    def plain(run: Run[None]) -> None: ...

    with pytest.raises(ExperimentError, match=reason):
        experiment(**arguments)(plain)


def test_a_generator_is_refused() -> None:
    def stepwise(run: Run[None]) -> Any:
        yield 1

    with pytest.raises(ExperimentError, match="is a generator"):
        experiment(stepwise)


@pytest.mark.parametrize(
    ("timeout", "seconds"), [("10m", 600), ("1.5h", 5400), ("250ms", 0.25), ("90", 90), (90, 90), ("1d", 86400)]
)
def test_timeouts(timeout: Any, seconds: float) -> None:
    @experiment(timeout=timeout)
    def timed(run: Run[None]) -> None: ...

    assert registered()[-1].timeout_s == seconds


def test_when_it_is_tried_again_and_what_it_may_take() -> None:
    @experiment(retries=2, retry_on=["error", "lost", "error"], backoff="10s", stalled="10m", memory="2GiB")
    def tried(run: Run[None]) -> None: ...

    made = registered()[-1]
    assert (made.retries, made.retry_on, made.backoff_s) == (2, ("error", "lost"), 10.0)
    assert (made.stalled_s, made.memory_bytes) == (600.0, 2 * 1024**3)


@pytest.mark.parametrize(
    ("memory", "size"),
    [
        ("512MiB", 2**29),
        ("1.5GB", 1_500_000_000),
        ("2 GiB", 2**31),
        ("4096KiB", 2**22),
        (2**30, 2**30),
        ("1TB", 10**12),
    ],
)
def test_sizes_of_memory(memory: Any, size: int) -> None:
    @experiment(memory=memory)
    def bounded(run: Run[None]) -> None: ...

    assert registered()[-1].memory_bytes == size
