"""Names of topics: made, taken apart, refused."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from athanor.wire import topics
from athanor.wire.topics import STREAMS, Topic, parse

ID = UUID("01900000-0000-7000-8000-00000000000a")


def test_every_topic_that_is_made_is_understood() -> None:
    assert parse(topics.INSTANCES) == Topic(name="instances", kind="instances")
    assert parse(topics.EXPERIMENTS) == Topic(name="experiments", kind="experiments")
    assert parse(topics.WORKERS) == Topic(name="workers", kind="workers")
    assert parse(topics.instance(ID)) == Topic(name=f"instance:{ID}", kind="instance", entity_id=ID)
    assert parse(topics.run(ID)) == Topic(name=f"run:{ID}", kind="run", entity_id=ID)
    for name in STREAMS:
        topic = topics.stream(ID, name)
        assert parse(topic) == Topic(name=topic, kind="run", entity_id=ID, stream=name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "run",
        "run:",
        "run:x",
        f"run:{ID}:",
        f"run:{ID}:log",
        f"run:{ID}:logs:x",
        f"run:{str(ID).upper()}",
        f"run:{ID.hex}",
        f"run:{{{ID}}}",
        f"instance:{ID}:logs",
        f"instances:{ID}",
        f" run:{ID}",
        f"workers:{ID}",
    ],
)
def test_every_other_name_is_refused_with_a_list_of_what_there_is(name: str) -> None:
    with pytest.raises(ValueError, match="topics are instances, experiments, workers"):
        parse(name)


@given(st.text(st.characters(codec=None)))
def test_any_name_with_a_loose_end_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="topics are instances"):
        parse(name + ":")
