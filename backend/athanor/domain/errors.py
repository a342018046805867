"""What can be wrong with a request, as exceptions that any layer may raise; the server maps each to a response once."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from msgspec import Struct


class FieldError(Struct, frozen=True):
    """One fault of an input.

    `path` is a JSON Pointer into the input (`/model_pairs/0/model_a`, empty for the whole), or `?name` for a query
    parameter. `message` completes a sentence that starts with the field's name: "must be at most 100".
    """

    path: str
    message: str


class AthanorError(Exception):
    """Carries an HTTP status, a short title for its kind and a sentence that says what to do; more headers, if any."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(
        self, detail: str, errors: Sequence[FieldError] = (), *, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = tuple(errors)
        self.headers = dict(headers or {})


class BadRequest(AthanorError):
    """The request cannot be read at all: malformed JSON, an unusable query parameter."""

    status = 400
    title = "Bad request"


class NotFound(AthanorError):
    """What the request names does not exist (any more)."""

    status = 404
    title = "Not found"


class Conflict(AthanorError):
    """The request fits no longer, or not yet, to the state of what it names."""

    status = 409
    title = "Conflict"


class TooLarge(AthanorError):
    """The body is larger than the API takes."""

    status = 413
    title = "Body too large"


class Invalid(AthanorError):
    """The request was understood; `errors` names every fault in it."""

    status = 422
    title = "Invalid input"


def pointer(*keys: str | int) -> str:
    """The JSON Pointer (RFC 6901) of the place reached by `keys`; empty without keys."""
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in keys)
