"""The names WebSocket clients subscribe to.

Entity topics carry events about the newest state; stream topics carry every entry by offset.
"""

from typing import Literal, TypeAlias
from uuid import UUID

from msgspec import Struct

Stream: TypeAlias = Literal["logs", "results", "metrics"]
STREAMS: tuple[Stream, ...] = ("logs", "results", "metrics")

Collection: TypeAlias = Literal["instances", "experiments", "workers"]
COLLECTIONS: tuple[Collection, ...] = ("instances", "experiments", "workers")

INSTANCES = "instances"
EXPERIMENTS = "experiments"
WORKERS = "workers"


def instance(instance_id: UUID) -> str:
    return f"instance:{instance_id}"


def run(run_id: UUID) -> str:
    return f"run:{run_id}"


def stream(run_id: UUID, name: Stream) -> str:
    return f"run:{run_id}:{name}"


class Topic(Struct, frozen=True):
    """A topic, taken apart. `entity_id` is set for `instance:` and `run:`, `stream` for a run's streams."""

    name: str
    kind: Collection | Literal["instance", "run"]
    entity_id: UUID | None = None
    stream: Stream | None = None


def parse(name: str) -> Topic:
    """Raises ValueError with a sentence for a client that says which topics there are."""
    for collection in COLLECTIONS:
        if name == collection:
            return Topic(name=name, kind=collection)
    kind, _, rest = name.partition(":")
    text, _, stream_name = rest.partition(":")
    try:
        entity_id = UUID(text)
    except ValueError:
        entity_id = None
    if entity_id is not None and str(entity_id) == text:
        if kind == "instance" and rest == text:
            return Topic(name=name, kind="instance", entity_id=entity_id)
        if kind == "run" and rest == text:
            return Topic(name=name, kind="run", entity_id=entity_id)
        for known in STREAMS:
            if kind == "run" and stream_name == known:
                return Topic(name=name, kind="run", entity_id=entity_id, stream=known)
    raise ValueError(
        f"unknown topic {name[:100]!r}: topics are instances, experiments, workers, instance:<id>, run:<id>, "
        "run:<id>:logs, run:<id>:results and run:<id>:metrics"
    )
