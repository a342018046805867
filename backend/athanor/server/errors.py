"""Every error as problem+json (RFC 9457), whoever found it: the gate, the router, a handler or nobody."""

import logging
import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, ClassVar
from uuid import uuid4

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException
from msgspec import UNSET, Struct, UnsetType

from athanor.db.session import in_one_line, is_outage
from athanor.domain.errors import AthanorError, FieldError
from athanor.process_log import about
from athanor.server.parameters import parameter_fault

PROBLEM_MEDIA_TYPE = "application/problem+json"

_log = logging.getLogger(__name__)


class Problem(Struct, kw_only=True, omit_defaults=True):
    """What went wrong and what to do about it. `errors` names each fault of the input; `request_id` is in the log."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldError]
    request_id: str | UnsetType = UNSET

    example: ClassVar = {
        "type": "about:blank",
        "title": "Invalid input",
        "status": 422,
        "detail": "The body does not fit; `errors` names every fault.",
        "errors": [{"path": "/config/flips", "message": "must be at most 100"}],
    }


def problem(status: int, title: str, detail: str, errors: Sequence[FieldError] = (), **more: str) -> bytes:
    """The body of an error response."""
    content = Problem(type="about:blank", title=title, status=status, detail=detail, errors=list(errors), **more)
    return msgspec.json.encode(content)


def _response(status: int, body: bytes, headers: dict[str, str] | None = None) -> Response[bytes]:
    return Response(body, status_code=status, media_type=PROBLEM_MEDIA_TYPE, headers=headers)


def answer_athanor_error(request: Request[Any, Any, Any], error: AthanorError) -> Response[bytes]:
    """An error that our own code raised on purpose."""
    return _response(error.status, problem(error.status, error.title, error.detail, error.errors), error.headers)


def answer_http_exception(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    """What the router and the argument parser raise."""
    status = error.status_code
    if status >= 500:
        return answer_unexpected(request, error)
    headers = dict(error.headers or {})
    found: list[FieldError] = []
    if status == 404:
        detail = f"There is nothing at {request.scope['path']}."
    elif status == 405:
        detail = f"{request.scope['path']} does not answer {request.method}; it answers {headers.get('allow')}."
    elif isinstance(error.extra, list) and any(part.get("key") == "data" for part in error.extra):
        detail = "This call needs a JSON body."
    elif isinstance(error.extra, list):
        found = [parameter_fault(request, part) for part in error.extra if isinstance(part, dict)]
        detail = "The address holds a parameter that cannot be used."
    elif missing := re.match(r"Missing required (?:query )?parameter '?(\w+)'?", error.detail):
        found = [FieldError(f"?{missing[1]}", "is required")]
        detail = "The address lacks a parameter."
    else:
        detail = error.detail
    return _response(status, problem(status, HTTPStatus(status).phrase, detail, found), headers)


def answer_unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    """The database is away; or a fault of ours: the log has the traceback, the client an id to find it by."""
    if is_outage(error):
        return _answer_outage(request, error)
    request_id = str(about().get("request_id") or uuid4().hex)
    _log.error("request %s failed: %s %s", request_id, request.method, request.scope["path"], exc_info=error)
    detail = f"The server failed to answer. Its log has the reason under {request_id}."
    return _response(500, problem(500, "Internal error", detail, request_id=request_id))


def _answer_outage(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _log.warning("%s %s: the database is away (%s)", request.method, request.scope["path"], in_one_line(error))
    detail = "The database does not answer. Try again in a moment."
    if request.method not in ("GET", "HEAD"):
        detail += " Whether this request took effect is not known: look first."
    return _response(503, problem(503, "Database away", detail), {"Retry-After": "1"})


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    AthanorError: answer_athanor_error,
    HTTPException: answer_http_exception,
    Exception: answer_unexpected,
}
