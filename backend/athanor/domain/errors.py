"""Errors a client caused, as classes with an HTTP status; mapped to problem+json in one place."""

from msgspec import Struct


class FieldError(Struct, frozen=True):
    """One fault: `path` is a JSON Pointer into the body, or a parameter's name."""

    path: str
    message: str


class AthanorError(Exception):
    """`detail` says what is wrong and what to do; `errors` names each fault."""

    status = 500

    def __init__(self, detail: str, errors: list[FieldError] | None = None, *, path: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.errors = errors or ([FieldError(path, detail)] if path is not None else [])


class BadRequest(AthanorError):
    status = 400


class NotFound(AthanorError):
    status = 404


class Conflict(AthanorError):
    status = 409


class Invalid(AthanorError):
    status = 422
