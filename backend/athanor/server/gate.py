"""The outermost layer, for HTTP and WebSocket alike: who may talk to this server at all, and how.

In this order: Host, Origin, Fetch-Metadata, token or session, kind and size of the body. Forwarded headers are never
read. Whoever is refused learns why and what to do as problem+json, also on a WebSocket handshake.
"""

from collections.abc import Iterator
from typing import Protocol

from msgspec import Struct

from athanor.domain.errors import BadRequest, TooLarge
from athanor.server.asgi import Application, Message, Receive, Scope, Send
from athanor.server.authorities import Authorities
from athanor.server.errors import PROBLEM_MEDIA_TYPE, problem
from athanor.server.sign_in.sockets import OpenSockets
from athanor.server.sign_in.token import CurrentToken

MAX_BODY_BYTES = 8 * 1024 * 1024

OPEN_PATHS = frozenset({"/api/health", "/api/health/live", "/api/health/ready", "/api/session"})
"""What may be read without a token under a guarded root, as exact paths."""

SIGN_IN = ("POST", "/api/session")
"""The one change that may be asked for without a token."""

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_SAME_SITE = frozenset({b"same-origin", b"none"})

_CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-security-policy", _CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_NO_STORE = (b"cache-control", b"no-store")


class Sessions(Protocol):
    """Browser sessions, for the gate: a cookie's name and whether its value is a session that stands."""

    def cookie_name(self, host: str) -> str:
        """For a request with this Host."""
        ...

    async def stands(self, cookie: str) -> bool:
        """Raises SessionsUnknown."""
        ...


class SessionsUnknown(Exception):
    """Whether a session stands cannot be found out now."""


class Caller(Struct, frozen=True):
    """`session`: the cookie's value, when it was that which let the caller in."""

    authenticated: bool
    session: str | None = None
    is_unknown: bool = False


class Refusal(Struct, frozen=True):
    status: int
    title: str
    detail: str
    headers: tuple[tuple[bytes, bytes], ...] = ()


class Gate:
    """Wraps an application; `guarded_roots` are the first path segments that need a token, `api` and the like.

    Below a root that is not guarded (the page, its assets) GET and HEAD are open to all; any other method, any
    WebSocket and everything below a guarded root needs the token, if one is set. The application finds in
    `scope["state"]["authenticated"]` whether the caller showed one (true where none is set), and in `"session"` the
    value of the cookie that a browser showed instead. `sockets` has every WebSocket that came in by one of the two.
    """

    def __init__(
        self,
        application: Application,
        *,
        authorities: Authorities,
        token: CurrentToken,
        guarded_roots: frozenset[str],
        sessions: Sessions | None = None,
        sockets: OpenSockets | None = None,
    ) -> None:
        self._application = application
        self._authorities = authorities
        self._token = token
        self._guarded_roots = guarded_roots
        self._sessions = sessions
        self._sockets = sockets or OpenSockets()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._application(scope, receive, send)
            return
        guarded = _root(scope["path"]) in self._guarded_roots
        answer = _with_headers(send, guarded)
        refusal = next(self._foreign(scope), None)
        if refusal is None:
            caller = await self._caller(scope)
            refusal = next(_unfit(scope, guarded, caller), None)
        if refusal is not None:
            await _refuse(scope, receive, answer, refusal)
            return
        state = scope.setdefault("state", {})
        state["authenticated"] = caller.authenticated
        state["session"] = caller.session
        if scope["type"] == "websocket" and self._token.now is not None:
            await self._sockets.serve(caller.session, self._application, scope, receive, answer)
            return
        if scope["type"] == "http":
            if scope["method"] == "HEAD":  # answered as GET; the server leaves the body out
                scope = {**scope, "method": "GET"}
            receive = _bounded(receive)
        await self._application(scope, receive, answer)

    def _foreign(self, scope: Scope) -> Iterator[Refusal]:
        yield from self._misaddressed(scope)
        yield from self._foreign_origin(scope)
        yield from _foreign_fetch(scope)

    def _misaddressed(self, scope: Scope) -> Iterator[Refusal]:
        host = _values(scope, b"host")
        if len(host) != 1 or host[0].decode("latin-1").lower() not in self._authorities.hosts:
            yield Refusal(
                421,
                "Unknown host",
                f"This server answers only under the Host names {', '.join(sorted(self._authorities.hosts))}. "
                "To add one, set ATHANOR_PUBLIC_URL to the address that people open, like https://athanor.example.org.",
            )

    def _foreign_origin(self, scope: Scope) -> Iterator[Refusal]:
        origin = _values(scope, b"origin")
        if not origin and _changes(scope) and self._session_cookie(scope) is not None:
            yield Refusal(403, "Origin needed", "A request with a session cookie must say its Origin.")
        elif origin and (len(origin) > 1 or origin[0].decode("latin-1") not in self._authorities.origins):
            yield Refusal(
                403,
                "Foreign origin",
                f"Pages may call this server only from {', '.join(sorted(self._authorities.origins))}. To add an "
                "origin, set ATHANOR_PUBLIC_URL to it.",
            )

    async def _caller(self, scope: Scope) -> Caller:
        token = self._token.now
        if token is None:
            return Caller(authenticated=True)
        given = _values(scope, b"authorization")
        if given:
            scheme, _, credentials = given[0].partition(b" ")
            shown = len(given) == 1 and scheme.lower() == b"bearer" and token.matches(credentials.strip(b" "))
            return Caller(authenticated=shown)
        cookie = self._session_cookie(scope)
        if self._sessions is None or cookie is None:
            return Caller(authenticated=False)
        try:
            stands = await self._sessions.stands(cookie)
        except SessionsUnknown:
            return Caller(authenticated=False, is_unknown=True)
        return Caller(authenticated=stands, session=cookie if stands else None)

    def _session_cookie(self, scope: Scope) -> str | None:
        if self._sessions is None:
            return None
        pairs = (pair.strip().partition(b"=") for line in _values(scope, b"cookie") for pair in line.split(b";"))
        name = self._sessions.cookie_name(_values(scope, b"host")[0].decode("latin-1")).encode()
        found = [value.decode("latin-1") for key, _, value in pairs if key == name]
        return found[0] if len(found) == 1 else None


def _foreign_fetch(scope: Scope) -> Iterator[Refusal]:
    """Other sites may link here; they may not load, post or connect."""
    site = _values(scope, b"sec-fetch-site")
    if not site or (len(site) == 1 and site[0] in _SAME_SITE):
        return
    if _changes(scope) or _values(scope, b"sec-fetch-mode") != [b"navigate"]:
        yield Refusal(
            403,
            "Foreign page",
            "A page of another site may not do this. Call from this server's own page, or from a program.",
        )


def _unfit(scope: Scope, guarded: bool, caller: Caller) -> Iterator[Refusal]:
    if not caller.authenticated and _needs_token(scope, guarded):
        if caller.is_unknown:
            yield Refusal(
                503,
                "Sign-in unknown",
                "Whether this browser is signed in cannot be found out: the database does not answer. Try again.",
            )
        yield Refusal(
            401,
            "Token needed",
            "This server asks for its token: send the header `Authorization: Bearer <ATHANOR_TOKEN>`, or sign in on "
            "its page.",
            ((b"www-authenticate", b'Bearer realm="athanor"'),),
        )
    if scope["type"] == "http":
        yield from _unfit_body(scope)


def _needs_token(scope: Scope, guarded: bool) -> bool:
    if _changes(scope):
        return (scope.get("method"), scope["path"]) != SIGN_IN
    return guarded and scope["path"] not in OPEN_PATHS


def _changes(scope: Scope) -> bool:
    return scope["type"] == "websocket" or scope["method"] not in _READING


def _unfit_body(scope: Scope) -> Iterator[Refusal]:
    length = _values(scope, b"content-length")
    if not _values(scope, b"transfer-encoding") and length in ([], [b"0"]):
        return
    kind, _, parameters = b",".join(_values(scope, b"content-type")).lower().partition(b";")
    charset = parameters.replace(b" ", b"").replace(b'"', b"")
    if kind.strip() != b"application/json" or charset not in (b"", b"charset=utf-8"):
        yield Refusal(415, "JSON only", "A body must be JSON in UTF-8: send `Content-Type: application/json`.")
    if length and (not length[0].isdigit() or len(length[0]) > 18 or int(length[0]) > MAX_BODY_BYTES):
        yield Refusal(413, TooLarge.title, _TOO_LARGE)


_TOO_LARGE = f"A body may have at most {MAX_BODY_BYTES // 1024 // 1024} MiB."


def _bounded(receive: Receive) -> Receive:
    """Counts the body as it arrives: a length may be absent, and the application never sees more than the limit."""
    taken = 0
    complete = False

    async def receive_bounded() -> Message:
        nonlocal taken, complete
        message = await receive()
        if message["type"] == "http.request":
            taken += len(message.get("body", b""))
            complete = not message.get("more_body", False)
            if taken > MAX_BODY_BYTES:
                raise TooLarge(_TOO_LARGE)
        elif message["type"] == "http.disconnect" and not complete:
            raise BadRequest("The connection ended before the body did.")
        return message

    return receive_bounded


def _with_headers(send: Send, guarded: bool) -> Send:
    """Adds the security headers to every response; nobody may set others."""
    always = [*SECURITY_HEADERS, _NO_STORE] if guarded else [*SECURITY_HEADERS]
    names = {name for name, _ in always}

    async def send_with_headers(message: Message) -> None:
        if message["type"] in ("http.response.start", "websocket.http.response.start"):
            own = [(name, value) for name, value in message.get("headers", []) if name.lower() not in names]
            message["headers"] = [*own, *always]
        await send(message)

    return send_with_headers


async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    body = problem(refusal.status, refusal.title, refusal.detail)
    headers = [
        (b"content-type", PROBLEM_MEDIA_TYPE.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),  # a body that nobody reads must not be taken for the next request
        *refusal.headers,
    ]
    prefix = ""
    if scope["type"] == "websocket":
        await receive()
        if "websocket.http.response" not in scope.get("extensions", {}):
            await send({"type": "websocket.close", "code": 1008, "reason": refusal.title})
            return
        prefix = "websocket."
    await send({"type": f"{prefix}http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": f"{prefix}http.response.body", "body": body})


def _values(scope: Scope, name: bytes) -> list[bytes]:
    return [value for key, value in scope["headers"] if key.lower() == name]


def _root(path: str) -> str:
    """The first segment of a path, found as the router finds it: empty segments do not count."""
    return next((segment for segment in path.split("/") if segment), "")
