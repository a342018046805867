"""A config with every kind of field."""

from datetime import date, timedelta
from typing import Annotated, Any, Literal, TypedDict

import msgspec
from msgspec import Meta, Struct

from athanor import Run, experiment


class Adam(Struct, tag="adam", tag_field="kind", forbid_unknown_fields=True):
    rate: Annotated[float, Meta(gt=0, le=1, title="Learning rate")] = 0.001
    beta: float = 0.9


class Sgd(Struct, tag="sgd", tag_field="kind", forbid_unknown_fields=True):
    rate: Annotated[float, Meta(gt=0, le=1, title="Learning rate")] = 0.01
    momentum: Annotated[float, Meta(ge=0, lt=1)] = 0.0


class Layer(Struct, kw_only=True, forbid_unknown_fields=True):
    size: Annotated[int, Meta(ge=1, le=4096, title="Size")]
    activation: Literal["relu", "tanh", "none"] = "relu"


class Limits(Struct, kw_only=True, forbid_unknown_fields=True):
    seconds: Annotated[int, Meta(ge=1)] = 60
    memory: float = 1.5


class Extras(TypedDict, total=False):
    fast: bool
    note: str


class Everything(Struct, kw_only=True, forbid_unknown_fields=True):
    owner: Annotated[str, Meta(min_length=2, max_length=20, title="Owner", description="Who asked for it")]
    steps: Annotated[
        int,
        Meta(ge=1, le=1000, title="Steps", description="How many steps", extra_json_schema={"unit": "steps"}),
    ] = 10
    seed: Annotated[int, Meta(ge=0, description="Any whole number of 64 bits")] = 0
    bias: Annotated[float, Meta(ge=0, le=1)] = 0.5
    verbose: bool = False
    mode: Literal["fast", "exact"] = "fast"
    country: Literal["at", "be", "ch", "de", "es", "fr", "it", "nl", "pl", "pt"] = "at"
    note: str | None = None
    patience: Annotated[int, Meta(ge=1)] | None = None
    start: date | None = None
    pause: timedelta = timedelta(minutes=5)
    code: Annotated[str, Meta(pattern="^[A-Z]{2}[0-9]+$")] = "AB1"
    optimizer: Adam | Sgd = msgspec.field(default_factory=Adam)
    layers: Annotated[list[Layer], Meta(max_length=5, title="Layers")] = []
    words: list[str] = msgspec.field(default_factory=lambda: ["one", "two"])
    point: tuple[int, float] = (1, 0.5)
    limits: Limits = msgspec.field(default_factory=Limits)
    ceiling: Limits | None = None
    weights: dict[str, float] = {}
    either: int | str = 3
    extras: Extras = msgspec.field(default_factory=lambda: Extras())
    anything: Any = None


@experiment(title="Every field", tags=("form",))
def every_field(run: Run[Everything]) -> None:
    """Has a field of every kind."""
    run.result("config", msgspec.to_builtins(run.config))


@experiment(title="Nothing to configure")
def no_config(run: Run[dict[str, Any]]) -> None:
    """Takes what it gets."""
    run.result("config", run.config)
