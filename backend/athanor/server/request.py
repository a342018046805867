"""JSON bodies, read strictly: every fault of a body is named in one answer, in the words used for configs."""

import asyncio
import re
from functools import lru_cache
from typing import Any

import msgspec
from litestar import Request

from athanor.domain.errors import BadRequest, FieldError, Invalid
from athanor.domain.experiments.config import faults

_LARGE_BODY_BYTES = 64 * 1024


class JsonRequest(Request[Any, Any, Any]):
    """Decodes the body into the type of the handler's `data`, without any coercion.

    A handler's option `further_faults(database, body, path parameters)` finds what the type cannot know: it is asked
    for a body that does not fit, so that one answer names both.
    """

    async def json(self) -> Any:
        """The body as an instance of the handler's `data` type, or as plain values where it has none.

        Raises:
            BadRequest: the body is no JSON.
            Invalid: the body does not fit the type; `errors` has JSON Pointers into the body.
        """
        body = await self.body()
        field = self.route_handler.parsed_fn_signature.parameters.get("data")
        kind = Any if field is None else field.annotation
        try:
            if len(body) > _LARGE_BODY_BYTES:
                return await asyncio.to_thread(read_json, body, kind)
            return read_json(body, kind)
        except Invalid as error:
            look = self.route_handler.opt.get("further_faults")
            if look is None:
                raise
            named = {fault.path for fault in error.errors}
            value = await asyncio.to_thread(_decoded, body)
            further = await look(self.app.state.database, value, self.path_params)
            raise Invalid(error.detail, [*error.errors, *(one for one in further if one.path not in named)]) from None


def read_json(body: bytes, kind: Any) -> Any:
    """`body` as an instance of `kind`; raises BadRequest or Invalid.

    Fields that `kind` names in a class variable `unchecked` may hold any JSON: the handler looks at them.
    """
    value = _decoded(body)
    if kind is Any:
        return value
    unchecked = getattr(kind, "unchecked", ())
    checked = value
    if unchecked and isinstance(value, dict):
        checked = {name: None if name in unchecked else part for name, part in value.items()}
    if found := faults(_schema(kind), checked):
        raise Invalid("The body does not fit; `errors` names every fault.", found)
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at `$")
        raise Invalid("The body does not fit.", [FieldError(_pointer(place.rstrip("`")), message)]) from None


@lru_cache(maxsize=256)
def _schema(kind: Any) -> dict[str, Any]:
    return msgspec.json.schema(kind)


def _decoded(body: bytes) -> Any:
    try:
        body.decode()
        return msgspec.json.decode(body)
    except UnicodeDecodeError as error:
        raise BadRequest(f"The body is not UTF-8: {_place(body, error.start)}.") from None
    except RecursionError:
        raise BadRequest("The body is nested too deeply to be read.") from None
    except msgspec.DecodeError as error:
        raise BadRequest(_complaint(body, str(error))) from None


def _complaint(body: bytes, message: str) -> str:
    """msgspec's message with line and column; it gives a byte offset, or none at the end of the input."""
    found = re.search(r"\(byte (\d+)\)", message)
    if found is not None:
        reason = message[: found.start()].removeprefix("JSON is malformed:").strip()
        offset = int(found[1]) - (reason == "trailing characters")  # there msgspec counts from one
        return f"The body is not JSON: {reason}, {_place(body, offset)}."
    if "truncated" in message and re.search(rb"\\u[dD][89a-fA-F]", body):
        return "The body is not JSON: it ends too early, or holds one half of a surrogate pair."
    if "truncated" in message:
        return f"The body is not JSON: it ends too early, {_place(body, len(body))}."
    return f"The body is not JSON: {message[:1].lower()}{message[1:]}."


def _place(body: bytes, offset: int) -> str:
    before = body[:offset]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    return f"line {line}, column {column}"


def _pointer(place: str) -> str:
    """`.a[0].b` as `/a/0/b`."""
    return re.sub(r"\.([^.\[]+)|\[([^\]]*)\]", lambda part: "/" + (part[1] or part[2]), place)
