"""Row 16, HTTP: whatever a client sends, it gets an answer it can use, never a 5xx, and nobody else notices."""

import asyncio
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api_serving import Running, serving
from athanor.server.main import composed
from athanor.wire.reports import Log, Metric, Result
from conftest import Backend
from factories import make_running, open_database, write
from sample_api import ID, build


@pytest.fixture(scope="module")
def api() -> Iterator[Running]:
    with serving(build) as running:
        yield running


@pytest.fixture
def real(backend: Backend) -> Iterator[Running]:
    """The API as production composes it, with an experiment in the catalogue."""

    async def fill() -> None:
        async with open_database(backend) as (database, _):
            _, fence = await make_running(database)
            entries = [
                Log(1, "info", "a line", '{"a":1}'),
                Log(2, "error", "50% \\ of _"),
                Result(3, "key", '{"NaN":"NaN"}'),
                Metric(4, "loss/train", float("nan"), 1),
            ]
            await write(database, fence, entries)

    asyncio.run(fill())
    with serving(composed, database_url=backend.database_url, redis_url=backend.redis_url) as running:
        yield running


def test_schemathesis_finds_nothing(api: Running, tmp_path: Path) -> None:
    description = json.loads(api.server.openapi_json())
    del description["paths"]["/api/fails/{how}"]  # it fails on purpose
    schemathesis(api, description, tmp_path, examples=20)


def test_schemathesis_finds_nothing_in_the_whole_api(real: Running, tmp_path: Path) -> None:
    """Through links between operations too: what one creates, others read, change, start, cancel and delete."""
    description = json.loads(real.server.openapi_json())
    schemathesis(real, description, tmp_path, examples=25)
    assert real.client.get("/api/instances").json()["total"] > 0
    assert real.client.get("/api/runs").json()["total"] > 0


def schemathesis(api: Running, description: dict[str, Any], folder: Path, *, examples: int) -> None:
    file = folder / "openapi.json"
    file.write_text(json.dumps(description))
    done = subprocess.run(
        [
            str(Path(sys.executable).with_name("schemathesis")),
            "--config-file", str(Path(__file__).with_name("schemathesis.toml")),
            "run", str(file), "--url", api.url, "--seed", "1", "--max-examples", str(examples),
            "--phases", "examples,coverage,fuzzing,stateful", "--checks", "all", "--no-color",
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr


METHODS = st.sampled_from(
    ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get", "X" * 50]
)
PATHS = st.one_of(
    st.sampled_from(
        ["/", "//", "/api", "/api/drafts", f"/api/drafts/{ID}", "/api/drafts/%00", "/api/docs/..%2f..", "/assets/%ff",
         "/api/health?x=%", "*", "/..", "/api/drafts?limit=%C0%80", "/api/drafts?limit=1&limit=2&limit", "/%E2%28%A1",
         "http://evil.example/api/drafts", "/api/drafts?" + "a=1&" * 500, "/" + "a/" * 1000]
    ),
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40).map(lambda text: "/" + text),
)  # fmt: skip
HEADERS = st.lists(
    st.sampled_from(
        [
            "Content-Type: application/json", "Content-Type: application/json; charset", "Content-Type: \xff",
            "Content-Length: 5", "Content-Length: -1", "Content-Length: 99999999999999999999", "Content-Length: 5, 5",
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", "Authorization: Bearer", "Authorization: \xe9",
            "Cookie: a=b; ;;=", "Origin: ", "Origin: \xff", "Sec-Fetch-Site: same-origin", "Expect: 100-continue",
            "Upgrade: websocket", "Connection: upgrade", "Upgrade: h2c", "Accept: application/xml", "Range: bytes=9-1",
            "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https", "Forwarded: host=evil.example",
            "X-Long: " + "x" * 5000, "X-HTTP-Method-Override: DELETE", "If-None-Match: *", "Sec-WebSocket-Key: x",
        ]
    ),
    max_size=5,
)  # fmt: skip
BODIES = st.one_of(
    st.binary(max_size=30),
    st.sampled_from([b"5\r\nhello\r\n0\r\n\r\n", b"zz\r\n", b"{}", b'{"name":"\\u0000"}', b"[[[[", b"\xef\xbb\xbf{}"]),
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(method=METHODS, path=PATHS, headers=HEADERS, body=BODIES)
def test_no_request_however_odd_is_answered_with_5xx(
    api: Running, method: str, path: str, headers: list[str], body: bytes
) -> None:
    head = "\r\n".join([f"{method} {path} HTTP/1.1", f"Host: {api.host}", *headers, "", ""]).encode("latin-1")
    answer = exchange(api.port, head + body)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 ")
    assert not answer.startswith(b"HTTP/1.1 5") or answer.startswith(b"HTTP/1.1 501"), answer[:300]
    assert api.client.get("/api/drafts").status_code == 200


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(min_size=1, max_size=200))
def test_bytes_that_are_no_http_are_turned_away(api: Running, data: bytes) -> None:
    answer = exchange(api.port, data)
    assert not answer.startswith(b"HTTP/1.1 5"), answer[:300]
    assert api.client.get("/api/drafts").status_code == 200


def exchange(port: int, data: bytes) -> bytes:
    """What the server says to `data` followed by the end of the stream."""
    with socket.create_connection(("127.0.0.1", port), timeout=0.5) as connection:
        try:
            connection.sendall(data)
            return connection.recv(65536)
        except OSError:
            return b""
