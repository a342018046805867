"""Row 18, the gate: hostile Host, Origin, Fetch-Metadata and a missing token are refused on every route there is."""

import asyncio
import json
import re
from collections.abc import Iterator
from typing import Annotated, Any

import httpx
import pytest
import websockets
from litestar import Litestar, Router, WebSocket, get, post, websocket
from litestar.params import JSONBody
from litestar.routes import BaseRoute, HTTPRoute, WebSocketRoute
from msgspec import Meta, Struct

from api_serving import TOKEN, Running, serving
from athanor.server.app import Server, create_app
from athanor.server.gate import SECURITY_HEADERS
from athanor.server.health import HealthChecks
from athanor.server.main import composed
from athanor.server.parts import Parts
from athanor.server.routers import ROUTERS
from athanor.server.sign_in.sign_in import SignIn
from athanor.settings import Settings

OPEN = {("GET", "/api/health"), ("GET", "/api/health/live"), ("GET", "/api/health/ready")}
OPEN |= {("GET", "/"), ("GET", "/{path}"), ("GET", "/assets/{path}")}
OPEN |= {(method, path) for _, path in OPEN for method in ("HEAD", "OPTIONS")}
OPEN |= {(method, "/api/session") for method in ("GET", "HEAD", "OPTIONS", "POST")}

EXAMPLES = {"path": "x/y", "name": "swagger-ui.css"}


class Echo(Struct, forbid_unknown_fields=True):
    text: Annotated[str, Meta(max_length=5)]


@post("/echo", operation_id="echo")
async def echo(data: JSONBody[Echo]) -> Echo:
    return data


@get("/hidden", operation_id="hidden")
async def hidden() -> dict[str, str]:
    return {"secret": "yes"}


@websocket("/socket")
async def socket(socket: WebSocket[Any, Any, Any]) -> None:
    await socket.accept()
    await socket.send_text(await socket.receive_text())
    await socket.close()


@get("/metrics-of-tomorrow", operation_id="tomorrow")
async def outside_the_api() -> dict[str, str]:
    return {"secret": "yes"}


async def fine() -> None:
    return None


async def two() -> int:
    return 2


def build(settings: Settings) -> Server:
    """The whole API, and a few more routes; its parts are not started, for nobody gets as far as to them."""
    extra = [Router("/api", route_handlers=[echo, hidden, socket]), outside_the_api]
    checks = HealthChecks(fine, fine, two)
    parts = Parts(settings)
    return create_app(
        settings,
        routers=[*ROUTERS, *extra],
        checks=checks,
        dependencies=parts.dependencies,
        sign_in=SignIn(settings, parts.get_database),
    )


@pytest.fixture(scope="module")
def guarded() -> Iterator[Running]:
    with serving(build, token=TOKEN, public_urls=("https://lab.example.org",)) as running:
        yield running


def routes(app: Litestar) -> list[tuple[str, BaseRoute]]:
    return [
        (re.sub(r"{(\w+)}", lambda part: EXAMPLES.get(part[1], "x"), route.path_format), route) for route in app.routes
    ]


def calls(app: Litestar) -> list[tuple[str, str, str]]:
    """(method, address, path with placeholders) of every HTTP route; HEAD goes wherever GET goes."""
    found = []
    for address, route in routes(app):
        if isinstance(route, HTTPRoute):
            methods = {*route.methods, *({"HEAD"} if "GET" in route.methods else ())}
            found += [(str(method), address, route.path_format) for method in sorted(methods)]
    return found


def sockets(app: Litestar) -> list[str]:
    return [address for address, route in routes(app) if isinstance(route, WebSocketRoute)]


def test_the_walk_sees_every_kind_of_route(guarded: Running) -> None:
    app = guarded.server.litestar
    assert {type(route) for route in app.routes} == {HTTPRoute, WebSocketRoute}
    assert ("GET", "/api/health", "/api/health") in calls(app)
    assert ("GET", "/x/y", "/{path}") in calls(app)
    assert ("POST", "/api/session", "/api/session") in calls(app)
    assert "/api/socket" in sockets(app)
    real = composed(Settings()).litestar
    assert set(calls(real)) < set(calls(app))
    assert {("DELETE", "/api/instances/x", "/api/instances/{instance_id}"), ("GET", "/api/workers", "/api/workers")} < {
        *calls(real)
    }
    assert sockets(real) == ["/api/stream"]
    assert "/api/stream" in sockets(app)


def test_without_a_token_every_route_that_is_not_open_answers_401(guarded: Running) -> None:
    for method, address, path in calls(guarded.server.litestar):
        for headers in ({}, {"authorization": "Bearer wrong-token-of-some-length"}, {"authorization": TOKEN}):
            answer = guarded.client.request(method, address, headers=headers)
            if (method, path) == ("POST", "/api/session"):
                assert answer.status_code == 400, "open, and it wants a body"
                continue
            if (method, path) in OPEN:
                assert answer.status_code in (200, 204, 404), (method, address, answer.status_code)
                continue
            assert answer.status_code == 401, (method, address)
            assert answer.headers["www-authenticate"].startswith("Bearer")
            if method != "HEAD":
                assert_problem(answer, "ATHANOR_TOKEN")


HOSTILE: list[tuple[dict[str, str], str, int, str]] = [
    ({"host": "evil.example"}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"host": "127.0.0.1"}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"host": "127.0.0.1.evil.example:{port}"}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"host": "localhost:1"}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"host": ""}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"host": "evil.example", "x-forwarded-host": "127.0.0.1:{port}"}, "any", 421, "ATHANOR_PUBLIC_URL"),
    ({"origin": "https://evil.example"}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"origin": "null"}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"origin": ""}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"origin": "http://localhost"}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"origin": "https://127.0.0.1:{port}"}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"origin": "http://127.0.0.1:{port}.evil.example"}, "any", 403, "ATHANOR_PUBLIC_URL"),
    ({"sec-fetch-site": "cross-site"}, "any", 403, "another site"),
    ({"sec-fetch-site": "same-site", "sec-fetch-mode": "cors"}, "any", 403, "another site"),
    ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}, "changes", 403, "another site"),
    ({"sec-fetch-site": ""}, "any", 403, "another site"),
]


@pytest.mark.parametrize(("headers", "where", "status", "says"), HOSTILE)
def test_hostile_headers_are_refused_on_every_route_even_with_the_token(
    guarded: Running, headers: dict[str, str], where: str, status: int, says: str
) -> None:
    headers = {name: value.format(port=guarded.port) for name, value in headers.items()}
    headers["authorization"] = f"Bearer {TOKEN}"
    for method, address, _ in calls(guarded.server.litestar):
        if where == "changes" and method in ("GET", "HEAD", "OPTIONS"):
            continue
        answer = guarded.client.request(method, address, headers=headers)
        assert answer.status_code == status, (method, address)
        if method != "HEAD":
            assert_problem(answer, says)
    for address in sockets(guarded.server.litestar):
        refused, body = handshake(guarded, address, headers)
        assert (refused, says in json.loads(body)["detail"]) == (status, True)


def test_two_headers_where_one_is_expected_are_refused(guarded: Running) -> None:
    token = ("authorization", f"Bearer {TOKEN}")
    for pair in (
        [("host", guarded.host), ("host", "evil.example")],
        [("origin", guarded.url), ("origin", guarded.url)],
        [("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")],
    ):
        answer = raw(
            guarded.port,
            "GET",
            "/api/hidden",
            [*([] if pair[0][0] == "host" else [("host", guarded.host)]), *pair, token],
        )
        assert answer.split(b" ")[1] in (b"403", b"421", b"400")
    answer = raw(guarded.port, "GET", "/api/hidden", [("host", guarded.host), token, ("authorization", "Bearer x")])
    assert answer.split(b" ")[1] == b"401"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"host": "localhost:{port}"},
        {"host": "LocalHost:{port}", "origin": "http://localhost:{port}"},
        {"host": "[::1]:{port}", "origin": "http://[::1]:{port}"},
        {"host": "lab.example.org", "origin": "https://lab.example.org"},
        {"host": "lab.example.org:443", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ],
)
def test_the_rightful_are_let_in(guarded: Running, headers: dict[str, str]) -> None:
    headers = {name: value.format(port=guarded.port) for name, value in headers.items()}
    headers["authorization"] = f"bearer {TOKEN}"
    assert guarded.client.get("/api/hidden", headers=headers).json() == {"secret": "yes"}
    assert guarded.client.post("/api/echo", headers=headers, json={"text": "hi"}).json() == {"text": "hi"}
    assert talk(guarded, "/api/socket", headers) == "hello"


def test_a_websocket_without_a_token_is_refused_before_it_is_accepted(guarded: Running) -> None:
    for address in sockets(guarded.server.litestar):
        for headers in ({}, {"authorization": "Bearer wrong-token-of-some-length"}):
            status, body = handshake(guarded, address, headers)
            assert status == 401
            assert "ATHANOR_TOKEN" in json.loads(body)["detail"]
    assert handshake(guarded, "/nowhere", {})[0] == 401


def test_a_link_from_another_site_may_lead_here(guarded: Running) -> None:
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert guarded.client.get("/runs/1", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "path", ["//api/hidden", "/api//hidden", "/%61pi/hidden", "/%2fapi/hidden", "/api/hidden/", "/api/health/"]
)
def test_no_spelling_of_a_path_slips_past(guarded: Running, path: str) -> None:
    answer = raw(guarded.port, "GET", path, [("host", guarded.host)])
    assert answer.split(b" ")[1] == b"401"
    assert b"secret" not in answer


def test_every_answer_carries_the_security_headers(guarded: Running) -> None:
    token = {"authorization": f"Bearer {TOKEN}"}
    answers = [
        guarded.client.get("/"),
        guarded.client.get("/assets/x.js"),
        guarded.client.get("/api/health"),
        guarded.client.get("/api/hidden"),
        guarded.client.get("/api/hidden", headers=token),
        guarded.client.get("/api/nothing", headers=token),
        guarded.client.get("/api/health", headers={"host": "evil.example"}),
    ]
    for answer in answers:
        for name, value in SECURITY_HEADERS:
            assert answer.headers.get_list(name.decode()) == [value.decode()], answer.url
        assert "server" not in answer.headers
        if answer.url.path.startswith("/api"):
            assert answer.headers.get_list("cache-control") == ["no-store"]
    assert answers[0].headers["content-security-policy"] == (
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


def test_health_tells_details_only_to_those_with_the_token(guarded: Running) -> None:
    assert guarded.client.get("/api/health").json() == {"status": "ok"}
    wrong = {"authorization": "Bearer wrong-token-of-some-length"}
    assert guarded.client.get("/api/health", headers=wrong).json() == {"status": "ok"}
    token = {"authorization": f"Bearer {TOKEN}"}
    assert set(guarded.client.get("/api/health", headers=token).json()) == {
        "status",
        "version",
        "database",
        "redis",
        "workers",
        "problems",
    }


def test_without_a_token_set_the_rest_of_the_gate_stands() -> None:
    with serving(build) as running:
        assert running.client.get("/api/hidden").json() == {"secret": "yes"}
        assert talk(running, "/api/socket", {}) == "hello"
        for headers, status in (
            ({"host": "evil.example"}, 421),
            ({"origin": "http://evil.example"}, 403),
            ({"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}, 403),
        ):
            assert running.client.get("/api/hidden", headers=headers).status_code == status
            assert handshake(running, "/api/socket", headers)[0] == status


def test_a_form_of_another_page_cannot_post(guarded: Running) -> None:
    token = {"authorization": f"Bearer {TOKEN}"}
    for kind in (
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/plain",
        "",
        "application/json; charset=latin-1",
    ):
        headers = {**token, "content-type": kind} if kind else token
        answer = guarded.client.post("/api/echo", headers=headers, content=b'{"text": "hi"}')
        assert answer.status_code == 415, kind
        assert_problem(answer, "application/json")
    headers = {**token, "content-type": "Application/JSON; charset=UTF-8"}
    assert guarded.client.post("/api/echo", headers=headers, content=b'{"text": "hi"}').status_code == 201


def assert_problem(answer: httpx.Response, says: str) -> None:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["status"] == answer.status_code
    assert says in body["detail"]


def handshake(running: Running, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Status and body of the answer to a WebSocket handshake that must be refused."""
    pairs = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")]
    pairs += [("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="), *({"host": running.host} | headers).items()]
    answer = raw(running.port, "GET", path, pairs)
    head, _, body = answer.partition(b"\r\n\r\n")
    return int(head.split(b" ")[1]), body


def talk(running: Running, path: str, headers: dict[str, str]) -> str:
    async def run() -> str:
        rest = {name: value for name, value in headers.items() if name not in ("host", "origin")}
        host = headers.get("host", running.host)
        async with websockets.connect(
            f"ws://{host}{path}",
            host="127.0.0.1",
            port=running.port,
            origin=headers.get("origin"),  # type: ignore[arg-type]
            additional_headers=rest,
            proxy=None,
        ) as connection:
            await connection.send("hello")
            return str(await connection.recv())

    return asyncio.run(run())


def raw(port: int, method: str, path: str, headers: list[tuple[str, str]]) -> bytes:
    """Sends a request byte by byte as written, and reads until the server closes or has answered."""

    async def run() -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
        if not any(name.lower() == "connection" for name, _ in headers):
            lines.append("connection: close")
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(10):
            answer = await reader.read()
        writer.close()
        return answer

    return asyncio.run(run())
