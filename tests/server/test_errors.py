"""Errors over a real socket: always problem+json, every fault named, nothing leaked."""

import json
import logging
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from api_serving import Running, serving
from athanor.server.gate import MAX_BODY_BYTES
from sample_api import ID, build


@pytest.fixture(scope="module")
def api() -> Iterator[Running]:
    with serving(build) as running:
        yield running


def problem(answer: httpx.Response) -> dict[str, Any]:
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", answer.status_code)
    return body


def faults(answer: httpx.Response) -> dict[str, str]:
    return {fault["path"]: fault["message"] for fault in problem(answer)["errors"]}


def test_every_fault_of_a_body_is_named_at_once(api: Running) -> None:
    answer = api.client.post("/api/drafts", json={"name": "", "tags": ["a", 5], "colour": "red"})
    assert answer.status_code == 422
    assert faults(answer) == {
        "/name": "must not be empty",
        "/tags/1": "must be text",
        "/config": "is required",
        "/colour": "is not a known field",
    }


def test_nothing_is_coerced(api: Running) -> None:
    answer = api.client.patch(f"/api/drafts/{ID}", json={"force": "true"})
    assert (answer.status_code, faults(answer)) == (422, {"/force": "must be true or false"})
    answer = api.client.patch(f"/api/drafts/{ID}", json={"name": None})
    assert (answer.status_code, faults(answer)) == (422, {"/name": "must be text"})
    assert api.client.patch(f"/api/drafts/{ID}", json={}).json() == {"name": None, "force": False}


def test_the_order_of_keys_and_odd_values_survive(api: Running) -> None:
    config = {"z": 1, "a": {"y": [1.5, "\u2400", None]}, "m": 2**63}
    answer = api.client.post("/api/drafts", json={"name": "n", "config": config})
    assert answer.status_code == 201
    assert json.dumps(answer.json()["config"]) == json.dumps(config)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("a\0b", "must not contain the NUL character"),
        (2**64, "must fit in 64 bits"),
    ],
)
def test_what_cannot_be_stored_is_a_fault_anywhere(api: Running, value: object, message: str) -> None:
    answer = api.client.post("/api/drafts", json={"name": "n", "config": {"a": [{"b": value}]}})
    assert (answer.status_code, faults(answer)) == (422, {"/config/a/0/b": message})


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"name": "n",\n "config": }', "line 2, column 12"),
        (b'{"name": ', "it ends too early, line 1, column 10"),
        (b"{} x", "trailing characters, line 1, column 4"),
        (b'{"a": NaN}', "line 1, column 7"),
        (b'"\xff"', "not UTF-8: line 1, column 2"),
        (b'{"name": "\\ud800"}', "surrogate"),
        (b'{"a": 1e999}', "out of range"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_a_400_that_says_where(api: Running, body: bytes, says: str) -> None:
    answer = api.client.post("/api/drafts", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert says in problem(answer)["detail"]


@pytest.mark.parametrize("depth", [64, 65, 500])
def test_deep_nesting_is_a_fault_on_the_whole_stack(api: Running, depth: int) -> None:
    body = b'{"child":' * (depth - 1) + b"{}" + b"}" * (depth - 1)
    answer = api.client.post("/api/nested", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == (201 if depth <= 64 else 422)
    if depth > 64:
        assert list(faults(answer).values()) == ["must not be nested more than 64 levels deep"]


def test_an_absent_body_is_told_from_an_optional_one(api: Running) -> None:
    answer = api.client.post("/api/drafts")
    assert (answer.status_code, problem(answer)["detail"]) == (400, "This call needs a JSON body.")
    assert api.client.post(f"/api/drafts/{ID}/cancel").json() == {"force": False}
    assert api.client.post(f"/api/drafts/{ID}/cancel", json={"force": True}).json() == {"force": True}
    answer = api.client.post(f"/api/drafts/{ID}/cancel", json={"force": 1, "x": 1})
    assert faults(answer) == {"/force": "must be true or false", "/x": "is not a known field"}


@pytest.mark.parametrize(
    ("query", "path", "message"),
    [
        ("limit=1001", "?limit", "must be at most 1000"),
        ("limit=0", "?limit", "must be at least 1"),
        ("limit=ten", "?limit", "must be a whole number"),
        ("limit=", "?limit", "must be a whole number"),
        ("limit=99999999999999999999999", "?limit", "must be at most 1000"),
        ("order=up", "?order", "must be one of asc, desc"),
        ("status=running&status=gone", "?status", "must be one of pending, running"),
    ],
)
def test_query_parameters_are_named_in_the_same_words(api: Running, query: str, path: str, message: str) -> None:
    answer = api.client.get(f"/api/drafts?{query}")
    assert (answer.status_code, faults(answer)) == (400, {path: message})


def test_query_parameters_arrive(api: Running) -> None:
    assert api.client.get("/api/drafts?limit=1000&status=running&status=pending&order=desc").json() == {
        "limit": 1000,
        "status": ["running", "pending"],
        "order": "desc",
    }


def test_errors_of_the_domain_keep_their_status_and_words(api: Running) -> None:
    answer = api.client.get("/api/fails/conflict")
    assert problem(answer) == {
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "The run is over.",
        "errors": [{"path": "/status", "message": "must be running"}],
    }
    assert problem(api.client.get("/api/fails/missing"))["status"] == 404


def test_an_unexpected_error_leaks_nothing_and_is_found_in_the_log(
    api: Running, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "athanor"):
        answer = api.client.get("/api/fails/badly")
    body = problem(answer)
    assert body["status"] == 500
    assert "hunter2" not in answer.text
    assert body["request_id"] in caplog.text
    assert "RuntimeError: password=hunter2" in caplog.text


@pytest.mark.parametrize("path", ["/api", "/api/", "/api/nothing", "/api/drafts/not-a-uuid", "/assets/none.js"])
def test_an_unknown_path_is_json(api: Running, path: str) -> None:
    answer = api.client.get(path) if "drafts" not in path else api.client.patch(path, json={})
    assert problem(answer)["status"] == 404


def test_the_wrong_method_is_told_the_right_ones(api: Running) -> None:
    answer = api.client.put("/api/drafts")
    assert (problem(answer)["status"], answer.headers["allow"]) == (405, "GET, HEAD, OPTIONS, POST")
    for path, methods in (("/api/drafts", "GET, HEAD, OPTIONS, POST"), (f"/api/drafts/{ID}", "OPTIONS, PATCH")):
        answer = api.client.options(path)
        assert (answer.status_code, answer.headers["allow"]) == (204, methods)
    assert problem(api.client.delete("/"))["status"] == 405


def test_head_is_get_without_the_body(api: Running) -> None:
    head, got = api.client.head("/api/drafts"), api.client.get("/api/drafts")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == got.headers["content-length"]


def test_a_body_over_the_limit_is_refused_by_its_announced_length(api: Running) -> None:
    answer = api.client.post(
        "/api/drafts", content=b" " * (MAX_BODY_BYTES + 1), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, problem(answer)["title"]) == (413, "Body too large")


def test_a_body_over_the_limit_is_refused_while_it_streams(api: Running) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
        head = f"POST /api/drafts HTTP/1.1\r\nHost: {api.host}\r\nContent-Type: application/json\r\n"
        connection.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
        chunk = b"10000\r\n" + b" " * 65536 + b"\r\n"
        sent = 0
        answer = bytearray()

        def read() -> None:
            try:
                while data := connection.recv(65536):
                    answer.extend(data)
            except OSError:
                pass

        reader = threading.Thread(target=read)
        reader.start()
        try:
            while sent < 64 * MAX_BODY_BYTES and b"\r\n\r\n" not in answer:
                connection.sendall(chunk)
                sent += 65536
        except OSError:
            pass
        deadline = time.monotonic() + 30
        while b"Body too large" not in answer and time.monotonic() < deadline:
            reader.join(0.05)
        try:
            connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the server was faster
        reader.join(30)
    assert answer.startswith(b"HTTP/1.1 413")
    assert sent < 4 * MAX_BODY_BYTES


def test_a_large_body_within_the_limit_is_read(api: Running) -> None:
    config = {"text": "x" * (MAX_BODY_BYTES - 1000)}
    assert api.client.post("/api/drafts", json={"name": "n", "config": config}).status_code == 201


def test_a_head_without_end_is_cut_off(api: Running) -> None:
    with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
        connection.sendall(f"GET /api/drafts HTTP/1.1\r\nHost: {api.host}\r\nX-Long: ".encode())
        answer = b""
        try:
            for _ in range(1000):
                connection.sendall(b"x" * 65536)
        except OSError:
            pass
        else:
            pytest.fail("64 MB of header were taken")
        try:
            answer = connection.recv(100)
        except OSError:
            return  # the reset overtook the answer
    assert answer == b"" or answer.startswith(b"HTTP/1.1 431")


def test_a_client_that_leaves_in_the_middle_harms_nobody(api: Running, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        for _ in range(5):
            with socket.create_connection(("127.0.0.1", api.port), timeout=30) as connection:
                head = f"POST /api/drafts HTTP/1.1\r\nHost: {api.host}\r\nContent-Type: application/json\r\n"
                connection.sendall((head + "Content-Length: 100\r\n\r\n{").encode())
        assert api.client.get("/api/drafts").status_code == 200
    assert caplog.records == []
