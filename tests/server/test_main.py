"""The server as a process: starts, says what is in the way, ends within its bound."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
import websockets

from athanor.server.main import GRACEFUL_STOP_S, listen
from athanor.settings import SettingsError

PROGRAM = """
import asyncio, logging, sys
from athanor.server import main
from litestar import Router, WebSocket, get, websocket
from athanor.server.app import create_app
from athanor.server.health import HealthChecks
from athanor.settings import Settings

@websocket("/socket")
async def endless(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()

@get("/slow", operation_id="slow")
async def slow() -> dict[str, str]:
    print("asked", flush=True)
    await asyncio.sleep(float(sys.argv[2]))
    return {"slow": "done"}

async def fine() -> None: ...

logging.basicConfig(level=logging.INFO)
settings = Settings(port=int(sys.argv[1]))
main.GRACEFUL_STOP_S = int(sys.argv[3])
app = create_app(settings, routers=[Router("/api", route_handlers=[endless, slow])], checks=HealthChecks(fine, fine))
main.serve_application(app, settings)
print("ended in order")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def started(
    tmp_path: Path, slow_s: float, graceful_stop_s: int = GRACEFUL_STOP_S
) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    script = tmp_path / "serve.py"
    script.write_text(PROGRAM)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(script), str(port), str(slow_s), str(graceful_stop_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/api/health", trust_env=False)
                break
            except httpx.TransportError:
                assert process.poll() is None, process.communicate()
                assert time.monotonic() < deadline
                time.sleep(0.02)
        yield process, port
    finally:
        process.kill()
        process.communicate()


def is_asked(process: "subprocess.Popen[str]") -> bool:
    """Returns when the slow request has come to its handler."""
    assert process.stdout is not None
    return process.stdout.readline() == "asked\n"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_answers_given_and_sockets_closed(tmp_path: Path, number: signal.Signals) -> None:
    with started(tmp_path, 0.4, graceful_stop_s=60) as (process, port):

        async def talk() -> tuple[int, int | None]:
            async with (
                httpx.AsyncClient(trust_env=False, timeout=30) as client,
                websockets.connect(f"ws://127.0.0.1:{port}/api/socket", proxy=None) as connection,
            ):
                answer = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/api/slow"))
                assert await asyncio.to_thread(is_asked, process)
                process.send_signal(number)
                with pytest.raises(websockets.ConnectionClosed):
                    await connection.recv()
                return (await answer).status_code, connection.close_code

        assert asyncio.run(talk()) == (200, 1012)
        out, errors = process.communicate(timeout=40)  # sooner than what it may take at most
    assert (process.returncode, out) == (0, "ended in order\n"), errors
    assert f"listening on http://127.0.0.1:{port} (no token is set" in errors


def test_an_answer_that_never_comes_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with started(tmp_path, 600) as (process, port), socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /api/slow HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        assert is_asked(process)
        began = time.monotonic()
        process.terminate()
        process.communicate(timeout=GRACEFUL_STOP_S + 30)
        took_s = time.monotonic() - began
    assert process.returncode == 0
    assert GRACEFUL_STOP_S - 1 < took_s < GRACEFUL_STOP_S + 15


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} on 127.0.0.1 is in use"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r"cannot listen on ATHANOR_HOST=192\.0\.2\.1"):
        listen("192.0.2.1", 4000)
