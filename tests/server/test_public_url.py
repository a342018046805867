"""A server that others reach: behind a proxy that ends TLS, and in a container whose port is published."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
import websockets
from playwright.sync_api import expect

from browser import open_browser
from forwarder import NAME, Certificate, forwarding
from stack import Stack, free_port

TOKEN = "a-token-of-enough-characters"


def pong(url: str, port: int, origin: str, cookie: str, **tls: Any) -> bool:
    """Whether the stream at `url` answers, reached at `port` of this machine."""

    async def run() -> bool:
        async with websockets.connect(
            url,
            host="127.0.0.1",
            port=port,
            origin=origin,
            additional_headers={"cookie": cookie},
            proxy=None,
            **tls,  # type: ignore[arg-type]
        ) as connection:
            await connection.send('{"op":"ping"}')
            return '"pong"' in str(await connection.recv())

    return asyncio.run(run())


def test_behind_a_proxy_that_ends_tls(backend: Any, tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    port = free_port()
    public = f"https://{NAME}:{port}"
    stack = Stack(backend, tmp_path, ATHANOR_TOKEN=TOKEN, ATHANOR_PUBLIC_URL=public)
    try:
        stack.start_server()
        with (
            forwarding(port, stack.port, certificate),
            httpx.Client(
                base_url=f"https://127.0.0.1:{port}",
                headers={"host": f"{NAME}:{port}", "origin": public},
                verify=certificate.trust,
                trust_env=False,
            ) as client,
        ):
            named = {"sni_hostname": NAME}
            assert client.get("/api/instances", extensions=named).status_code == 401
            answer = client.post("/api/session", json={"token": TOKEN}, extensions=named)
            assert answer.status_code == 201
            (value, *attributes) = answer.headers["set-cookie"].split("; ")
            assert value.startswith(f"athanor_{port}=")
            assert "Secure" in attributes
            headers = {"cookie": value}
            assert client.get("/api/instances", headers=headers, extensions=named).status_code == 200
            made = client.post("/api/instances", headers=headers, json={}, extensions=named)
            assert made.status_code == 422, "through the gate, to the reader of bodies"
            for wrong in (
                {"origin": f"http://{NAME}:{port}"},
                {"origin": f"https://{NAME}"},
                {"host": NAME},
                {"host": "evil.example", "x-forwarded-host": f"{NAME}:{port}"},
                {"host": "evil.example", "forwarded": f"host={NAME}:{port};proto=https"},
            ):
                refused = client.post("/api/instances", headers={**headers, **wrong}, json={}, extensions=named)
                assert refused.status_code in (403, 421), wrong
            assert pong(
                f"wss://{NAME}:{port}/api/stream", port, public, value, ssl=certificate.trust, server_hostname=NAME
            )

            # On the machine itself, without the proxy, the browser speaks no TLS, whatever a header says.
            local = {"origin": stack.url, "x-forwarded-proto": "https", "forwarded": "proto=https"}
            plain = httpx.post(f"{stack.url}/api/session", json={"token": TOKEN}, headers=local, trust_env=False)
            assert plain.status_code == 201
            assert "Secure" not in plain.headers["set-cookie"].split("; ")
    finally:
        stack.stop()


def test_a_browser_behind_the_proxy_signs_in_and_hears_the_stream(backend: Any, tmp_path: Path) -> None:
    certificate = Certificate(tmp_path)
    port = free_port()
    public = f"https://{NAME}:{port}"
    stack = Stack(backend, tmp_path, ATHANOR_TOKEN=TOKEN, ATHANOR_PUBLIC_URL=public)
    try:
        stack.start_server()
        with (
            forwarding(port, stack.port, certificate),
            open_browser(f"--host-resolver-rules=MAP {NAME} 127.0.0.1") as browser,
        ):
            context = browser.new_context(ignore_https_errors=True)
            page = context.new_page()
            page.goto(f"{public}/workers")
            page.get_by_label("Token", exact=True).fill(TOKEN)
            page.get_by_role("button", name="Sign in").click()
            expect(page.get_by_role("status", name="Connection")).to_have_text("live")
            assert page.url == f"{public}/workers"
            (cookie,) = context.cookies()
            assert (cookie["name"], cookie["secure"], cookie["httpOnly"]) == (f"athanor_{port}", True, True)
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            assert context.cookies() == []
    finally:
        stack.stop()


def test_in_a_container_whose_port_is_published(backend: Any, tmp_path: Path) -> None:
    published = free_port()
    public = f"http://127.0.0.1:{published}"
    stack = Stack(backend, tmp_path, ATHANOR_HOST="0.0.0.0", ATHANOR_TOKEN=TOKEN, ATHANOR_PUBLIC_URL=public)
    try:
        stack.start_server()
        with (
            forwarding(published, stack.port),
            httpx.Client(base_url=public, headers={"origin": public}, trust_env=False) as client,
        ):
            answer = client.post("/api/session", json={"token": TOKEN})
            assert answer.status_code == 201
            assert answer.headers["set-cookie"].startswith(f"athanor_{published}=")
            assert client.get("/api/instances").status_code == 200
            cookie = answer.headers["set-cookie"].partition(";")[0]
            assert pong(f"ws://127.0.0.1:{published}/api/stream", published, public, cookie)
            assert client.get("/api/health", headers={"host": f"172.17.0.2:{stack.port}"}).status_code == 421
            assert stack.http.get("/api/health").status_code == 200, "the container's own check of itself"
    finally:
        stack.stop()
