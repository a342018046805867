"""The log of a process: one JSON object a line, about what is worked on."""

import asyncio
import io
import json
import logging
import re
from typing import Any

import httpx
import pytest
from litestar import Router, get

from api_serving import Running, serving
from athanor.embedded.console import Console
from athanor.process_log import JsonLines, say_about, saying
from athanor.server.app import create_app
from athanor.server.health import HealthChecks
from stack import Stack, eventually, running_stack

RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def lines():
    """What a logger of this test's own says, each line read."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("athanor.of_this_test")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False
    yield logger, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logger.removeHandler(handler)


def test_one_object_a_line_whatever_is_said(lines) -> None:
    logger, read = lines
    with saying(request_id="r1"):
        logger.warning("two\nlines and a %s", "\udc80")
        try:
            raise ValueError("no\nsuch thing")
        except ValueError:
            logger.exception("it failed")
    logger.info("after")
    warned, failed, after = read()
    assert RFC3339.fullmatch(warned.pop("time"))
    assert warned == {
        "level": "warning",
        "logger": "athanor.of_this_test",
        "message": "two\nlines and a \\udc80",
        "request_id": "r1",
    }
    assert failed["level"] == "error"
    assert failed["traceback"].startswith("Traceback (most recent call last)")
    assert "ValueError: no\nsuch thing" in failed["traceback"]
    assert "request_id" not in after


def test_tasks_say_what_they_are_about_and_do_not_tell_each_other(lines) -> None:
    logger, read = lines

    async def work(run_id: str) -> None:
        say_about(run_id=run_id, attempt=1)
        await asyncio.sleep(0)
        logger.info("working")

    async def main() -> None:
        say_about(worker_id="w")
        await asyncio.gather(work("a"), work("b"))
        logger.info("done")

    asyncio.run(main())
    about = [(line["worker_id"], line.get("run_id")) for line in read()]
    assert about == [("w", "a"), ("w", "b"), ("w", None)]


@get("/broken", operation_id="broken")
async def broken() -> None:
    raise RuntimeError("broken on purpose")


async def fine() -> None:
    return None


@pytest.fixture
def server():
    def build(settings):
        return create_app(settings, routers=[Router("/api", route_handlers=[broken])], checks=HealthChecks(fine, fine))

    with serving(build) as running:
        yield running


def test_every_answer_has_an_id_and_only_a_plain_one_is_taken_over(server: Running) -> None:
    def answered(*given: str, path: str = "/api/health", **headers: str) -> str:
        pairs = [*headers.items(), *(("x-request-id", each) for each in given)]
        answer = httpx.get(f"{server.url}{path}", headers=pairs, trust_env=False)
        (found,) = answer.headers.get_list("x-request-id")
        return str(found)

    own = re.compile("[0-9a-f]{32}")
    assert own.fullmatch(answered())
    assert answered("trace-1.a_B") == "trace-1.a_B"
    assert answered("x" * 64) == "x" * 64
    for hostile in ("x" * 65, "a b", 'a"b', "a{b}", ""):
        assert own.fullmatch(answered(hostile)), hostile
    assert own.fullmatch(answered("one", "two"))
    assert own.fullmatch(answered(path="/api/nowhere"))
    assert own.fullmatch(answered(path="/api/health", host="evil.example"))
    assert answered() != answered()


def test_a_fault_of_ours_is_found_by_the_answers_id(server: Running, caplog: pytest.LogCaptureFixture) -> None:
    answer = server.client.get("/api/broken", headers={"x-request-id": "mine"})
    assert (answer.status_code, answer.json()["request_id"], answer.headers["x-request-id"]) == (500, "mine", "mine")
    assert "request mine failed: GET /api/broken" in caplog.text


def test_server_and_worker_log_in_json(backend: Any, tmp_path: Any) -> None:
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LOG_FORMAT="json") as stack:
        stack.start_worker()
        run_id = stack.start("numbered", lines=1)
        assert stack.until(run_id)["status"] == "completed"

        def ended() -> dict[str, Any] | None:
            found = [json.loads(line) for line in stack.said().splitlines()]
            return next((line for line in found if line.get("run_id") == run_id and "/ok" in line["message"]), None)

        line = eventually(ended, what="the worker's line about the run's end")
        assert (line["level"], line["logger"], line["attempt"]) == ("info", "athanor.worker.execute_run", 1)
        assert line["worker_id"] == stack.run(run_id)["worker_id"]


def test_the_merged_stream_is_one_object_a_line() -> None:
    stream = io.StringIO()
    console = Console(stream, colour=False, log_format="json")
    console.line("worker", '{"time":"2026-01-01T00:00:00.000000Z","level":"info","message":"m","attempt":1,"part":"x"}')
    console.line("postgres", 'LOG:  \x1b"ready"')
    for odd in ('{"half":', "[1]", '{"message":"only"}', "{" * 5000):
        console.line("valkey", odd)
    console.say("\n  Athanor is ready\n    open\n")
    console.close()
    ours, postgres, *odds, up = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert ours == {
        "time": "2026-01-01T00:00:00.000000Z",
        "level": "info",
        "message": "m",
        "attempt": 1,
        "part": "worker",
    }
    assert RFC3339.fullmatch(postgres.pop("time"))
    assert postgres == {"level": "info", "logger": "postgres", "message": 'LOG:  \x1b"ready"', "part": "postgres"}
    assert [line["part"] for line in odds] == ["valkey"] * 4
    assert (up["part"], up["message"]) == ("up", "Athanor is ready\n    open")


def test_the_default_is_text(stack: Stack) -> None:
    assert "INFO athanor.worker.worker: worker " in stack.said()
