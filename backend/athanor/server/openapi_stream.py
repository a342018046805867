"""The WebSocket stream as components of openapi.json: frames of both sides and every event, as tagged unions."""

from typing import Any, get_args

from athanor.domain.events import Event
from athanor.domain.logs.schemas import LogLine
from athanor.domain.metrics.schemas import MetricPoint
from athanor.domain.results.schemas import ResultEntry
from athanor.server.openapi_types import REFERENCE
from athanor.wire import frames

STREAM_TYPES: tuple[Any, ...] = (
    *get_args(frames.ClientFrame),
    *(frame for frame in get_args(frames.ServerFrame) if frame is not frames.Event),
    *get_args(Event),
    LogLine,
    ResultEntry,
    MetricPoint,
)

_NAMES: dict[Any, str] = {kind: kind.__name__ for kind in STREAM_TYPES} | {frames.Event: "Event"}
_TOPIC = {"type": "string", "description": "The topic that the client subscribed to"}


def add_stream(components: dict[str, Any]) -> None:
    """Completes the components of STREAM_TYPES: events become frames, and the unions get names.

    `ServerFrame` is switched on `type`, its member `Event` on `event`, `ClientFrame` on `op`.
    """
    for kind in get_args(Event):
        event = components[_NAMES[kind]]
        event["properties"] = {"type": {"enum": ["event"]}, "topic": _TOPIC, **event["properties"]}
        event["required"] = ["type", "topic", *event["required"]]
    batch = components[_NAMES[frames.Batch]]["properties"]
    batch["items"] = {
        "type": "array",
        "items": {"anyOf": [_reference(kind) for kind in (LogLine, ResultEntry, MetricPoint)]},
        "description": "Log lines, results or points, as the topic says",
    }
    components["Event"] = _union(
        "An entity changed. `event` says what `data` holds; the newest `version` counts.", get_args(Event)
    )
    components["ServerFrame"] = _union(
        "One message from the server on the WebSocket `/api/stream`.", get_args(frames.ServerFrame)
    )
    components["ClientFrame"] = _union(
        "One message from a client on the WebSocket `/api/stream`; 1 MiB at most.", get_args(frames.ClientFrame)
    )


def _union(description: str, kinds: tuple[Any, ...]) -> dict[str, Any]:
    return {"description": description, "oneOf": [_reference(kind) for kind in kinds]}


def _reference(kind: Any) -> dict[str, str]:
    return {"$ref": REFERENCE.format(name=_NAMES[kind])}
