"""Signing in by the browser's ways, on real API servers that share a database."""

import asyncio
import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import websockets
from click.testing import CliRunner
from websockets.sync.client import connect

from athanor.cli.token import token as command
from servers import Servers
from stack import Stack, eventually

TOKEN = "a-token-of-enough-characters"
OTHER = "another-token-of-enough-characters"


@contextmanager
def server(backend: Any, folder: Path, **settings: str) -> Iterator[Stack]:
    stack = Stack(backend, folder, **{"ATHANOR_TOKEN": TOKEN, **settings})
    try:
        stack.start_server()
        yield stack
    finally:
        stack.stop()


def browser(stack: Stack) -> httpx.Client:
    """A client that keeps cookies and says its origin, as a browser does."""
    return httpx.Client(base_url=stack.url, headers={"origin": stack.url}, timeout=30, trust_env=False)


@contextmanager
def signed_in(stack: Stack, token: str = TOKEN) -> Iterator[httpx.Client]:
    with browser(stack) as client:
        answer = client.post("/api/session", json={"token": token})
        assert (answer.status_code, answer.json()) == (201, {"needed": True, "signed_in": True})
        yield client


def cookies(client: httpx.Client) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}


async def connected(stack: Stack, client: httpx.Client | None = None, token: str = "") -> websockets.ClientConnection:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if client is not None:
        headers |= cookies(client)
    return await websockets.connect(
        stack.stream_url,
        origin=stack.url,
        additional_headers=headers,
        proxy=None,  # type: ignore[arg-type]
    )


async def close_code(connection: websockets.ClientConnection, within_s: float = 40.0) -> int | None:
    """Reads until the server closes."""
    async with asyncio.timeout(within_s):
        await connection.wait_closed()
    return connection.close_code


def rows(backend: Any, query: str) -> list[Any]:
    async def run() -> list[Any]:
        connection = await asyncpg.connect(backend.database_url.replace("+asyncpg", ""))
        try:
            return list(await connection.fetch(query))
        finally:
            await connection.close()

    return asyncio.run(run())


def test_a_browser_swaps_the_token_for_a_session_and_gives_it_back(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path) as stack, browser(stack) as client:
        assert client.get("/api/session").json() == {"needed": True, "signed_in": False}
        answer = client.post("/api/session", json={"token": f" {TOKEN}\n"})
        assert (answer.status_code, answer.json()) == (201, {"needed": True, "signed_in": True})
        name, value = answer.headers["set-cookie"].split("; ", 1)[0].split("=")
        assert name == f"athanor_{stack.port}"
        assert len(value) == 43
        assert {part.lower() for part in answer.headers["set-cookie"].split("; ")[1:]} == {
            "httponly", "samesite=strict", "path=/", "max-age=2592000"
        }  # fmt: skip
        assert client.get("/api/session").json() == {"needed": True, "signed_in": True}
        assert client.get("/api/instances").status_code == 200
        assert "version" in client.get("/api/health").json()

        (row,) = rows(backend, "SELECT * FROM browser_sessions")
        assert row["id_hash"] == hashlib.sha256(value.encode()).digest()
        assert not any(value in str(field) or TOKEN in str(field) for field in row.values())
        assert str(row["ends_at"] - row["created_at"]).startswith("30 days")
        assert str(row["idle_ends_at"] - row["created_at"]).startswith(("6 days, 23:59", "7 days"))

        async def leave() -> int | None:
            connection = await connected(stack, client)
            await connection.send('{"op":"ping"}')
            assert '"pong"' in str(await connection.recv())
            assert client.delete("/api/session").status_code == 204
            return await close_code(connection)

        assert asyncio.run(leave()) == 4401
        assert not client.cookies
        assert rows(backend, "SELECT * FROM browser_sessions") == []
        client.cookies.set(name, value)
        assert client.get("/api/instances").status_code == 401
        assert client.get("/api/session").json() == {"needed": True, "signed_in": False}
        assert client.delete("/api/session").status_code == 401


def test_signing_in_again_makes_another_session_and_ends_the_one_before(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path) as stack, signed_in(stack) as client:
        before = dict(client.cookies)
        client.post("/api/session", json={"token": TOKEN})
        assert dict(client.cookies) != before
        assert len(rows(backend, "SELECT * FROM browser_sessions")) == 1
        assert client.get("/api/instances").status_code == 200


def test_a_made_up_cookie_and_poor_bodies_are_refused(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path) as stack, browser(stack) as client:
        for value in ("x" * 43, "", "x", "\xe4" * 43, "x" * 5000):
            headers = {"cookie": f"athanor_{stack.port}={value}".encode("latin-1")}
            assert client.get("/api/instances", headers=headers).status_code == 401
        for body, status in (({}, 422), ({"token": 1}, 422), ({"token": TOKEN, "x": 1}, 422), ([], 422)):
            assert client.post("/api/session", json=body).status_code == status
        assert client.post("/api/session", json={"token": "x" * 5000}).status_code == 422
        form = client.post("/api/session", data={"token": TOKEN})
        assert form.status_code == 415
        foreign = client.post("/api/session", json={"token": TOKEN}, headers={"origin": "https://evil.example"})
        assert foreign.status_code == 403
        assert rows(backend, "SELECT * FROM browser_sessions") == []


def test_wrong_tokens_are_limited_in_words(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path) as stack, browser(stack) as client:
        answers = [client.post("/api/session", json={"token": OTHER}) for _ in range(12)]
        assert [answer.status_code for answer in answers[:10]] == [401] * 10
        assert answers[0].json()["detail"] == "That is not this server's token."
        last = answers[-1]
        assert last.status_code == 429
        seconds = int(last.headers["retry-after"])
        assert 1 <= seconds <= 6
        assert f"Try again in {seconds} second" in last.json()["detail"]
        assert client.post("/api/session", json={"token": TOKEN}).status_code == 429
        assert client.get("/api/instances", headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_what_ends_on_one_server_ends_on_all(backend: Any, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    with server(backend, tmp_path) as one, server(backend, tmp_path / "b") as two, signed_in(one) as client:
        cookie = client.cookies[f"athanor_{one.port}"]
        on_two = browser(two)
        on_two.cookies.set(f"athanor_{two.port}", cookie)
        assert on_two.get("/api/instances").status_code == 200

        async def leave() -> int | None:
            connection = await connected(two, on_two)
            assert client.delete("/api/session").status_code == 204
            return await close_code(connection)

        assert asyncio.run(leave()) == 4401
        assert on_two.get("/api/instances").status_code == 401
        on_two.close()


def test_an_old_session_ends_and_a_used_one_goes_on(backend: Any, tmp_path: Path) -> None:
    def change(assignment: str) -> None:
        rows(backend, f"UPDATE browser_sessions SET {assignment} RETURNING 1")

    for ending in ("idle_ends_at", "ends_at"):
        with server(backend, tmp_path) as stack, signed_in(stack) as client:
            change("last_seen_at = last_seen_at - interval '2 minutes', idle_ends_at = now() + interval '1 hour'")

            def is_renewed(client: httpx.Client = client) -> bool:
                assert client.get("/api/instances").status_code == 200
                return bool(rows(backend, "SELECT 1 FROM browser_sessions WHERE idle_ends_at > now() + interval '6d'"))

            eventually(is_renewed, seconds=40)

            async def wait(stack: Stack = stack, client: httpx.Client = client, ending: str = ending) -> int | None:
                connection = await connected(stack, client)
                await asyncio.to_thread(change, f"{ending} = now()")
                return await close_code(connection)

            assert asyncio.run(wait()) == 4401
            assert client.get("/api/instances").status_code == 401
            with signed_in(stack):
                assert len(rows(backend, "SELECT * FROM browser_sessions")) == 1, "the ended one is removed"
            rows(backend, "DELETE FROM browser_sessions RETURNING 1")


def test_another_token_after_a_restart_makes_sessions_worthless(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path) as stack, signed_in(stack) as client:
        stack.kill_server()
        stack.start_server()
        assert client.get("/api/instances").status_code == 200, "the same token: the session goes on"
        stack.kill_server()
        stack.environment["ATHANOR_TOKEN"] = OTHER
        stack.start_server()
        assert client.get("/api/instances").status_code == 401
        with signed_in(stack, OTHER) as again:
            assert again.get("/api/instances").status_code == 200


def test_a_new_token_in_the_file_ends_sessions_and_sockets_on_every_server(backend: Any, tmp_path: Path) -> None:
    data = tmp_path / "data"
    settings = {"ATHANOR_TOKEN": "auto", "ATHANOR_DATA_DIR": str(data)}
    (tmp_path / "b").mkdir()
    with ExitStack() as stack:
        one = stack.enter_context(server(backend, tmp_path, **settings))
        two = stack.enter_context(server(backend, tmp_path / "b", **settings))
        assert f"sign in with the token in {data / 'token'}; `athanor token` prints it" in one.said()
        cli = CliRunner(env={**settings, "ATHANOR_PORT": "4000"})
        first = cli.invoke(command, []).stdout.strip()
        clients = [stack.enter_context(signed_in(each, first)) for each in (one, two)]

        async def rotate() -> tuple[str, list[int | None], float]:
            sockets = [
                await connected(one, clients[0]),
                await connected(two, clients[1]),
                await connected(two, token=first),
            ]
            began = time.monotonic()
            made = await asyncio.to_thread(lambda: cli.invoke(command, ["--new"]).stdout.strip())
            return made, [await close_code(socket) for socket in sockets], time.monotonic() - began

        second, codes, took_s = asyncio.run(rotate())
        assert codes == [4401] * 3
        assert took_s < 30
        assert second != first
        assert (data / "token").read_text() == second + "\n"
        assert (data / "token").stat().st_mode & 0o777 == 0o600
        for each, client in zip((one, two), clients, strict=True):
            assert client.get("/api/instances").status_code == 401
            assert client.get("/api/instances", headers={"authorization": f"Bearer {first}"}).status_code == 401
            assert client.get("/api/instances", headers={"authorization": f"Bearer {second}"}).status_code == 200
            with signed_in(each, second):
                pass
        assert len(rows(backend, "SELECT * FROM browser_sessions")) == 2
        (data / "token").write_text("short\n")
        eventually(lambda: "the last one stays" in one.said(), seconds=40)
        assert two.http.get("/api/instances", headers={"authorization": f"Bearer {second}"}).status_code == 200


def test_a_session_outlives_an_absence_of_the_database(backend: Any, tmp_path: Path, session_servers: Servers) -> None:
    with (
        server(backend, tmp_path) as stack,
        signed_in(stack) as client,
        # One that answers the server's pings while this thread waits.
        connect(stack.stream_url, origin=stack.url, additional_headers=cookies(client), proxy=None) as connection,  # type: ignore[arg-type]
    ):
        session_servers.postgres.stop()
        try:
            eventually(lambda: "sessions cannot be looked up: the database is away" in stack.said(), seconds=50)
            assert client.get("/api/docs").status_code == 200
            assert client.get("/api/health").status_code == 503
            stranger = client.get("/api/docs", headers={"cookie": f"athanor_{stack.port}={'x' * 43}"})
            assert (stranger.status_code, stranger.json()["title"]) == (503, "Sign-in unknown")
            assert client.get("/experiments", headers={"cookie": f"athanor_{stack.port}={'x' * 43}"}).is_success
        finally:
            session_servers.postgres.start()  # in this thread: it ends with the one that started it
        connection.send('{"op":"ping"}')
        assert '"pong"' in str(connection.recv(timeout=30))
        assert client.get("/api/instances").status_code == 200


def test_without_a_token_nothing_is_asked_for(backend: Any, tmp_path: Path) -> None:
    with server(backend, tmp_path, ATHANOR_TOKEN="") as stack, browser(stack) as client:
        assert client.get("/api/session").json() == {"needed": False, "signed_in": False}
        refused = client.post("/api/session", json={"token": TOKEN})
        assert (refused.status_code, "no token" in refused.json()["detail"]) == (409, True)
        assert client.delete("/api/session").status_code == 204
        assert client.get("/api/instances").status_code == 200
