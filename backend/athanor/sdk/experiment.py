"""`@experiment`: turns a function into a definition that a worker can offer and run."""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar, get_args, overload

from msgspec import Struct

from athanor.durations import duration_s
from athanor.sdk.config import ConfigType, config_type_of
from athanor.sdk.errors import ExperimentError
from athanor.sizes import size_bytes
from athanor.wire.status import RetryReason

F = TypeVar("F", bound=Callable[..., Any])

_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_QUEUE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_MAX_RETRIES = 100
_MAX_PAUSE_S = 30 * 86400.0
_RETRY_REASONS: tuple[RetryReason, ...] = get_args(RetryReason)


class Experiment(Struct, kw_only=True, frozen=True, eq=False):
    """What `@experiment` said about a function. `schema` is the JSON Schema given in place of a config type."""

    name: str
    title: str
    description: str
    function: Callable[..., Any]
    module: str
    timeout_s: float | None
    stalled_s: float | None
    memory_bytes: int | None
    retries: int
    retry_on: tuple[RetryReason, ...]
    backoff_s: float
    queue: str
    tags: tuple[str, ...]
    schema: Mapping[str, Any] | None

    def config_type(self) -> ConfigType:
        """The config's type, read from the annotation of the first parameter.

        Raises:
            ExperimentError: the annotation names something that is not there, or no config type.
        """
        return config_type_of(self.function, self.schema)


_registered: list[Experiment] = []


def registered() -> list[Experiment]:
    """Every experiment defined in this process so far, in order."""
    return list(_registered)


def find(module: str, name: str) -> Experiment | None:
    """The experiment `name` that `module` defined last."""
    for definition in reversed(_registered):
        if definition.name == name and definition.module == module:
            return definition
    return None


@overload
def experiment(function: F, /) -> F: ...
@overload
def experiment(
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    timeout: str | float | None = None,
    stalled: str | float | None = None,
    memory: str | int | None = None,
    retries: int = 0,
    retry_on: Iterable[RetryReason] = ("lost",),
    backoff: str | float | None = None,
    queue: str = "default",
    tags: Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
) -> Callable[[F], F]: ...
def experiment(
    function: F | None = None,
    /,
    *,
    name: str | None = None,
    title: str | None = None,
    description: str | None = None,
    timeout: str | float | None = None,
    stalled: str | float | None = None,
    memory: str | int | None = None,
    retries: int = 0,
    retry_on: Iterable[RetryReason] = ("lost",),
    backoff: str | float | None = None,
    queue: str = "default",
    tags: Iterable[str] = (),
    config: Mapping[str, Any] | None = None,
) -> F | Callable[[F], F]:
    """Makes the function an experiment; it stays callable as it is.

    name         default: the function's name
    title        default: the name with spaces
    description  default: the function's docstring
    timeout      "10m", "90s" or seconds, for each attempt; default: none
    stalled      ends an attempt that has reported nothing for so long; default: never
    memory       "2GiB", "500MB" or bytes, for all processes of the run together, where the machine can keep it
    retries      how many new attempts may follow one that ended for a reason in `retry_on`; default 0
    retry_on     reasons: lost (its worker died), error, exit, timeout, stalled, interrupted; default ("lost",)
    backoff      the pause before the second attempt, doubled before each further one; default: none
    queue        only workers of this queue take its runs
    config       a JSON Schema, in place of the `Run[Config]` annotation of the first parameter

    Raises:
        ExperimentError: an argument that cannot be used.
    """

    def define(target: F) -> F:
        if not callable(target) or not hasattr(target, "__name__"):
            raise ExperimentError(f"@experiment decorates a function, not {target!r}")
        if inspect.isgeneratorfunction(target) or inspect.isasyncgenfunction(target):
            raise ExperimentError(
                f"{target.__qualname__} is a generator: an experiment must be a plain or async function"
            )
        label = target.__name__ if name is None else name
        if not isinstance(label, str) or not _NAME.fullmatch(label):
            raise ExperimentError(f"the name {label!r} must be 1 to 100 letters, digits and _ . - only")
        if not isinstance(queue, str) or not _QUEUE.fullmatch(queue):
            raise ExperimentError(f"{label}: the queue {queue!r} must be 1 to 64 letters, digits and _ . - only")
        if type(retries) is not int or not 0 <= retries <= _MAX_RETRIES:
            raise ExperimentError(f"{label}: retries must be a whole number from 0 to {_MAX_RETRIES}, not {retries!r}")
        _registered.append(
            Experiment(
                name=label,
                title=label.replace("_", " ").strip().capitalize() if title is None else str(title),
                description=inspect.cleandoc(target.__doc__ or "") if description is None else str(description),
                function=target,
                module=target.__module__,
                timeout_s=_duration_s(label, "timeout", timeout),
                stalled_s=_pause_s(label, "stalled", stalled),
                memory_bytes=_memory_bytes(label, memory),
                retries=retries,
                retry_on=_retry_on(label, retry_on),
                backoff_s=_pause_s(label, "backoff", backoff) or 0.0,
                queue=queue,
                tags=_tags(label, tags),
                schema=_schema(label, config),
            )
        )
        return target

    return define if function is None else define(function)


def _duration_s(name: str, argument: str, value: str | float | None) -> float | None:
    try:
        return None if value is None else duration_s(value)
    except (TypeError, ValueError) as error:
        raise ExperimentError(f"{name}: {argument}: {error}") from None


def _pause_s(name: str, argument: str, value: str | float | None) -> float | None:
    seconds = _duration_s(name, argument, value)
    if seconds is not None and seconds > _MAX_PAUSE_S:
        raise ExperimentError(f"{name}: {argument}: {value!r} is longer than 30d")
    return seconds


def _memory_bytes(name: str, memory: str | int | None) -> int | None:
    try:
        return None if memory is None else size_bytes(memory)
    except (TypeError, ValueError) as error:
        raise ExperimentError(f"{name}: memory: {error}") from None


def _retry_on(name: str, reasons: Iterable[RetryReason]) -> tuple[RetryReason, ...]:
    found: tuple[RetryReason, ...] = tuple(dict.fromkeys((reasons,) if isinstance(reasons, str) else reasons))  # type: ignore[arg-type]
    if not found or not all(reason in _RETRY_REASONS for reason in found):
        known = ", ".join(_RETRY_REASONS)
        raise ExperimentError(f"{name}: retry_on must name one or more of {known}, not {reasons!r}")
    return found


def _tags(name: str, tags: Iterable[str]) -> tuple[str, ...]:
    found = (tags,) if isinstance(tags, str) else tuple(tags)
    if not all(isinstance(tag, str) and tag.strip() for tag in found):
        raise ExperimentError(f"{name}: tags must be a list of words, not {tags!r}")
    return tuple(dict.fromkeys(tag.strip() for tag in found))


def _schema(name: str, config: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    if config is None or isinstance(config, Mapping):
        return config
    raise ExperimentError(f"{name}: config must be a JSON Schema (a dict), not {config!r}")
