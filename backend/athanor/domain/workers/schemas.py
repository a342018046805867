"""What the API says about workers."""

from typing import Annotated, Any, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from athanor.domain.json_fields import Timestamp


class Worker(Struct, kw_only=True):
    """A process that takes runs. `draining`: it takes no more and leaves when its last run is over."""

    id: UUID
    host: str
    pid: int
    queues: list[str]
    slots: Annotated[int, Meta(description="How many runs it takes at once")]
    running: Annotated[int, Meta(description="How many runs it has now")]
    draining: bool
    experiments: Annotated[list[str], Meta(description="What it offers to run")]
    folders: Annotated[list[str], Meta(description="Where it looks for experiments, on its host")]
    started_at: Timestamp
    heartbeat_at: Timestamp
    heartbeat_age_ms: int

    example: ClassVar[dict[str, Any]] = {
        "id": "0199c2ea-0b1c-7d2e-9f30-415263748596",
        "host": "lab-1",
        "pid": 4711,
        "queues": ["default"],
        "slots": 4,
        "running": 1,
        "draining": False,
        "experiments": ["coin_flip", "handwritten_digits"],
        "folders": ["/home/ada/lab/experiments"],
        "started_at": "2026-11-23T09:00:00.000000Z",
        "heartbeat_at": "2026-11-23T09:30:02.000000Z",
        "heartbeat_age_ms": 800,
    }
