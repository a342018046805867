"""The seams of the gate: sessions by cookie, refusals without the response extension, what passes through."""

import asyncio
import json
from typing import Any

import pytest

from athanor.server.asgi import Message, Receive, Scope, Send
from athanor.server.authorities import Authorities
from athanor.server.gate import Gate, SessionsUnknown
from athanor.server.sign_in.token import CurrentToken

TOKEN = "a-token-of-enough-characters"


class OneSession:
    def cookie_name(self, host: str) -> str:
        return f"athanor_{host.partition(':')[2]}"

    async def stands(self, cookie: str) -> bool:
        if cookie == "unknown":
            raise SessionsUnknown
        return cookie == "good"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        body = json.dumps({"method": scope["method"], "authenticated": scope["state"]["authenticated"]}).encode()
        await send({"type": "http.response.start", "status": 200, "headers": [(b"x-content-type-options", b"sniff")]})
        await send({"type": "http.response.body", "body": body})
    else:
        await send({"type": "websocket.accept"})


def gate(sessions: OneSession | None = None, token: str | None = TOKEN) -> Gate:
    allowed = Authorities(frozenset({"localhost:4000"}), frozenset({"http://localhost:4000"}))
    return Gate(
        application,
        authorities=allowed,
        token=CurrentToken(token),
        guarded_roots=frozenset({"api"}),
        sessions=sessions,
    )


def call(gate: Gate, kind: str, method: str, headers: dict[str, str], **more: Any) -> list[Message]:
    scope = {"type": kind, "path": "/api/x", "headers": [(b"host", b"localhost:4000")], **more}
    scope["headers"] += [(name.encode(), value.encode()) for name, value in headers.items()]
    if kind == "http":
        scope["method"] = method
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    asyncio.run(gate(scope, receive, send))
    return sent


@pytest.mark.parametrize(
    ("kind", "method", "cookie", "origin", "status"),
    [
        ("http", "GET", "athanor_4000=good", None, 200),
        ("http", "GET", "other=1; athanor_4000=good; more=2", None, 200),
        ("http", "GET", "athanor_4000=bad", None, 401),
        ("http", "GET", "athanor_4000=unknown", None, 503),
        ("http", "POST", "athanor_4000=unknown", "http://localhost:4000", 503),
        ("websocket", "GET", "athanor_4000=unknown", "http://localhost:4000", 503),
        ("http", "GET", "athanor_4000=good; athanor_4000=bad", None, 401),
        ("http", "GET", "xathanor_4000=good", None, 401),
        ("http", "POST", "athanor_4000=good", "http://localhost:4000", 200),
        ("http", "POST", "athanor_4000=good", None, 403),
        ("http", "POST", "athanor_4000=good", "null", 403),
        ("websocket", "GET", "athanor_4000=good", "http://localhost:4000", 101),
        ("websocket", "GET", "athanor_4000=good", None, 403),
        ("websocket", "GET", "athanor_4000=bad", "http://localhost:4000", 401),
    ],
)
def test_a_session_cookie_opens_the_gate_and_asks_for_an_origin(
    kind: str, method: str, cookie: str, origin: str | None, status: int
) -> None:
    headers = {"cookie": cookie} | ({"origin": origin} if origin else {})
    extensions = {"websocket.http.response": {}}
    first = call(gate(OneSession()), kind, method, headers, extensions=extensions)[0]
    assert first.get("status", 101) == status


def test_a_wrong_token_is_not_rescued_by_a_good_cookie() -> None:
    headers = {"cookie": "athanor_4000=good", "authorization": "Bearer wrong"}
    assert call(gate(OneSession()), "http", "GET", headers)[0]["status"] == 401


def test_a_websocket_is_closed_before_it_is_accepted_where_no_response_can_be_given() -> None:
    assert call(gate(), "websocket", "GET", {}) == [{"type": "websocket.close", "code": 1008, "reason": "Token needed"}]


def test_head_reaches_the_application_as_get_and_headers_of_others_give_way() -> None:
    start, body = call(gate(token=None), "http", "HEAD", {})
    assert json.loads(body["body"]) == {"method": "GET", "authenticated": True}
    assert [value for name, value in start["headers"] if name == b"x-content-type-options"] == [b"nosniff"]


def test_lifespan_passes() -> None:
    seen: list[str] = []

    async def inside(scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope["type"])

    guard = Gate(
        inside,
        authorities=Authorities(frozenset(), frozenset()),
        token=CurrentToken(TOKEN),
        guarded_roots=frozenset({"api"}),
    )
    asyncio.run(guard({"type": "lifespan"}, None, None))  # type: ignore[arg-type]
    assert seen == ["lifespan"]
