"""What the API says about the whole."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct


class QueueOverview(Struct, kw_only=True):
    """`workers` and `slots` are those that serve the queue now; a worker of several queues counts in each."""

    name: str
    pending: int
    running: int
    workers: int
    slots: int


class Overview(Struct, kw_only=True):
    """How everything stands, in a few numbers. `queues`: every queue that has a worker or an active run, by name."""

    running: int
    queued: int
    failed_last_24h: Annotated[int, Meta(description="Runs that failed within the last 24 hours")]
    workers: int
    slots: int
    queues: list[QueueOverview]
    cancel_grace_s: Annotated[float, Meta(description="What a cancelled run has to end by itself, before SIGTERM")]

    example: ClassVar[dict[str, Any]] = {
        "running": 1,
        "queued": 2,
        "failed_last_24h": 0,
        "workers": 1,
        "slots": 4,
        "queues": [
            {"name": "default", "pending": 0, "running": 1, "workers": 1, "slots": 4},
            {"name": "gpu", "pending": 2, "running": 0, "workers": 0, "slots": 0},
        ],
        "cancel_grace_s": 10,
    }
