"""What the API says about experiments."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta, Struct

from athanor.domain.errors import FieldError
from athanor.domain.json_fields import Defaults, JsonSchema, Timestamp
from athanor.wire.status import RetryReason


class Experiment(Struct, kw_only=True):
    """An entry of the catalogue: an experiment; or, with `error` set, why there is none.

    A module that could not be used has its dotted name for `name`, and null for its schemas.
    """

    name: str
    title: str
    description: str
    module: str
    config_schema: JsonSchema
    form_schema: JsonSchema
    defaults: Defaults
    source_hash: str | None
    queue: str
    timeout_s: Annotated[float | None, Meta(description="For each attempt")]
    stalled_s: Annotated[float | None, Meta(description="An attempt that reports nothing for so long is ended")]
    memory_bytes: Annotated[int | None, Meta(description="For all processes of a run together")]
    retries: Annotated[int, Meta(description="How many new attempts may follow the first")]
    retry_on: Annotated[list[RetryReason], Meta(description="The reasons that a new attempt follows")]
    backoff_s: Annotated[float, Meta(description="Before the second attempt; doubles before each further one")]
    tags: list[str]
    error: str | None
    traceback: str | None
    version: Annotated[int, Meta(description="Grows with every change of the entry; ignore what is older")]
    updated_at: Timestamp

    example: ClassVar[dict[str, Any]] = {
        "name": "coin_flip",
        "title": "Coin flip",
        "description": "Flip a biased coin and count the heads.",
        "module": "coin_flip",
        "config_schema": {
            "type": "object",
            "properties": {"flips": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 100}},
            "additionalProperties": False,
        },
        "form_schema": {
            "type": "object",
            "properties": {"flips": {"type": "integer", "minimum": 1, "maximum": 1000000, "default": 100}},
            "additionalProperties": False,
        },
        "defaults": {"flips": 100},
        "source_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "queue": "default",
        "timeout_s": 600.0,
        "stalled_s": None,
        "memory_bytes": None,
        "retries": 0,
        "retry_on": ["lost"],
        "backoff_s": 0.0,
        "tags": [],
        "error": None,
        "traceback": None,
        "version": 1,
        "updated_at": "2026-11-23T09:00:00.000000Z",
    }


class ValidateConfig(Struct, kw_only=True, forbid_unknown_fields=True):
    """A config to check; what is missing is filled in from the defaults first, as for an instance."""

    config: Annotated[Any, Meta(description="The config: an object, if it is to be valid")]

    unchecked: ClassVar = frozenset({"config"})
    example: ClassVar = {"config": {"flips": 0}}


class ConfigCheck(Struct, kw_only=True):
    """`errors` names every fault; each `path` is a JSON Pointer within the config."""

    valid: bool
    errors: list[FieldError]

    example: ClassVar = {"valid": False, "errors": [{"path": "/flips", "message": "must be at least 1"}]}
