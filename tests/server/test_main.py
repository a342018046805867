"""The server as a process: starts, says what is in the way, ends within its bound."""

import asyncio
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
import websockets

from athanor.server.main import GRACEFUL_STOP_S, listen
from athanor.settings import SettingsError

PROGRAM = """
import asyncio, logging, sys
from litestar import Router, WebSocket, get, websocket
from athanor.server.app import create_app
from athanor.server.health import HealthChecks
from athanor.server.main import serve_application
from athanor.settings import Settings

@websocket("/socket")
async def endless(socket: WebSocket) -> None:
    await socket.accept()
    await socket.receive_text()

@get("/slow", operation_id="slow")
async def slow() -> dict[str, str]:
    await asyncio.sleep(float(sys.argv[2]))
    return {"slow": "done"}

async def fine() -> None: ...

logging.basicConfig(level=logging.INFO)
settings = Settings(port=int(sys.argv[1]))
app = create_app(settings, routers=[Router("/api", route_handlers=[endless, slow])], checks=HealthChecks(fine, fine))
serve_application(app, settings)
print("ended in order")
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def start(tmp_path: Path, slow_s: float) -> tuple[subprocess.Popen[str], int]:
    script = tmp_path / "serve.py"
    script.write_text(PROGRAM)
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, str(script), str(port), str(slow_s)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/api/health", trust_env=False)
            return process, port
        except httpx.TransportError:
            time.sleep(0.02)
    process.kill()
    raise AssertionError(process.communicate())


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_answers_given_and_sockets_closed(tmp_path: Path, number: signal.Signals) -> None:
    process, port = start(tmp_path, 0.4)

    async def talk() -> tuple[int, int | None]:
        async with (
            httpx.AsyncClient(trust_env=False) as client,
            websockets.connect(f"ws://127.0.0.1:{port}/api/socket", proxy=None) as connection,
        ):
            answer = asyncio.create_task(client.get(f"http://127.0.0.1:{port}/api/slow"))
            await asyncio.sleep(0.15)
            process.send_signal(number)
            with pytest.raises(websockets.ConnectionClosed):
                await connection.recv()
            return (await answer).status_code, connection.close_code

    began = time.monotonic()
    assert asyncio.run(talk()) == (200, 1012)
    out, errors = process.communicate(timeout=GRACEFUL_STOP_S + 5)
    assert (process.returncode, out) == (0, "ended in order\n"), errors
    assert time.monotonic() - began < GRACEFUL_STOP_S
    assert f"listening on http://127.0.0.1:{port} (no token is set" in errors


def test_an_answer_that_never_comes_does_not_hold_up_the_end(tmp_path: Path) -> None:
    process, port = start(tmp_path, 600)
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(f"GET /api/slow HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        time.sleep(0.2)
        began = time.monotonic()
        process.terminate()
        process.communicate(timeout=GRACEFUL_STOP_S + 5)
    assert process.returncode == 0
    assert GRACEFUL_STOP_S - 1 < time.monotonic() - began < GRACEFUL_STOP_S + 3


def test_a_port_in_use_is_said_in_one_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SettingsError, match=f"port {port} on 127.0.0.1 is in use"):
            listen("127.0.0.1", port)


def test_an_address_of_another_machine_is_said_in_one_sentence() -> None:
    with pytest.raises(SettingsError, match=r"cannot listen on ATHANOR_HOST=192\.0\.2\.1"):
        listen("192.0.2.1", 4000)
