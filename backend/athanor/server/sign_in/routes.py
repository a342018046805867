"""`/api/session`: a browser swaps the token for a session cookie, asks whether it has one, and gives it back."""

from typing import Annotated, Any

from litestar import Request, Response, Router, delete, get, post
from litestar.datastructures import Cookie
from litestar.params import JSONBody
from msgspec import Meta, Struct

from athanor.domain.errors import AthanorError, Conflict
from athanor.server.sign_in.repository import LIFETIME_S
from athanor.server.sign_in.sign_in import SignIn
from athanor.server.sign_in.token_file import MAX_TOKEN_LENGTH


class GivenToken(Struct, forbid_unknown_fields=True):
    token: Annotated[str, Meta(max_length=MAX_TOKEN_LENGTH)]


class SessionState(Struct):
    """`needed`: this server asks for its token. `signed_in`: this browser has shown it."""

    needed: bool
    signed_in: bool


class WrongToken(AthanorError):
    status = 401
    title = "Not the token"


class TooManyTries(AthanorError):
    status = 429
    title = "Too many tries"


def session_router(sign_in: SignIn) -> Router:
    """Not in openapi.json: programs send the token itself."""

    @get("/session")
    async def get_session(request: Request[Any, Any, Any]) -> SessionState:
        return SessionState(sign_in.is_needed, _session(request) is not None)

    @post("/session")
    async def begin_session(request: Request[Any, Any, Any], data: JSONBody[GivenToken]) -> Response[SessionState]:
        token = sign_in.token.now
        if token is None:
            raise Conflict("This server asks for no token: there is nothing to sign in to.")
        address = request.client.host if request.client else None
        if wait_s := sign_in.tries.take(address):
            raise TooManyTries(
                f"Too many wrong tokens came from there. Try again in {_words(wait_s)}.",
                headers={"retry-after": str(wait_s)},
            )
        if not token.matches(data.token.strip().encode("utf-8", "surrogatepass")):
            raise WrongToken("That is not this server's token.")
        sign_in.tries.forgive(address)
        if (before := _session(request)) is not None:
            await sign_in.end_session(before)
        cookie = _cookie(sign_in, request, await sign_in.sessions.begin(), LIFETIME_S)
        return Response(SessionState(True, True), cookies=[cookie])

    @delete("/session", status_code=204)
    async def end_session(request: Request[Any, Any, Any]) -> Response[None]:
        if (session := _session(request)) is not None:
            await sign_in.end_session(session)
        return Response(None, status_code=204, cookies=[_cookie(sign_in, request, "", 0)])

    return Router("/api", route_handlers=[get_session, begin_session, end_session], include_in_schema=False)


def _session(request: Request[Any, Any, Any]) -> str | None:
    """The session that the gate let this request in by."""
    found: str | None = request.scope["state"]["session"]
    return found


def _cookie(sign_in: SignIn, request: Request[Any, Any, Any], value: str, max_age_s: int) -> Cookie:
    host = request.headers["host"]
    return Cookie(
        key=sign_in.sessions.cookie_name(host),
        value=value,
        path="/",
        max_age=max_age_s,
        httponly=True,
        samesite="strict",
        secure=sign_in.is_https(host),
    )


def _words(seconds: int) -> str:
    return "1 second" if seconds == 1 else f"{seconds} seconds"
