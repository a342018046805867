"""Sessions as the gate asks for them: what that costs, and what is said while it cannot be known."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from athanor.db.session import Database
from athanor.server.gate import SessionsUnknown
from athanor.server.sign_in.sessions import MAX_KNOWN, MAX_WAITING, BrowserSessions
from athanor.server.sign_in.token import CurrentToken, Token


async def nowhere(_: object) -> None:
    return None


def with_sessions(
    url: str, work: Callable[[BrowserSessions, CurrentToken, list[str]], Awaitable[None]], token: str = "x" * 16
) -> None:
    """Runs `work` with sessions on a real database, the token, and the statements that were run."""

    async def run() -> None:
        database = Database(url, nowhere)
        statements: list[str] = []
        event.listen(
            database.engine.sync_engine, "before_cursor_execute", lambda *given: statements.append(str(given[2]))
        )
        current = CurrentToken(token)
        sessions = BrowserSessions(current, lambda: database)
        try:
            await work(sessions, current, statements)
            await sessions.close()
        finally:
            await database.close()

    asyncio.run(run())


def test_the_cookie_is_named_with_the_port_that_the_browser_sees() -> None:
    sessions = BrowserSessions(CurrentToken("x" * 16), lambda: pytest.fail("the database is not asked"))
    hosts = ("127.0.0.1:4000", "[::1]:4001", "lab.example.org", "[2001:db8::1]", "lab.example.org:8443")
    assert [sessions.cookie_name(host) for host in hosts] == [
        "athanor_4000",
        "athanor_4001",
        "athanor",
        "athanor",
        "athanor_8443",
    ]


def test_requests_at_once_share_a_query_and_later_ones_cost_none(backend: Any) -> None:
    async def work(sessions: BrowserSessions, _: CurrentToken, statements: list[str]) -> None:
        cookies = [await sessions.begin() for _ in range(3)]
        statements.clear()
        assert await asyncio.gather(*map(sessions.stands, cookies * 100)) == [True] * 300
        assert [await sessions.stands(cookie) for cookie in cookies * 100] == [True] * 300
        assert len([each for each in statements if "SELECT id_hash" in each]) <= 2

    with_sessions(backend.database_url, work)


def test_made_up_cookies_hold_one_connection_and_little_memory(backend: Any) -> None:
    async def work(sessions: BrowserSessions, _: CurrentToken, statements: list[str]) -> None:
        cookie = await sessions.begin()
        made_up = [f"{number:043}" for number in range(2 * MAX_WAITING + 500)]
        answers = await asyncio.gather(*map(sessions.stands, made_up), return_exceptions=True)
        assert {type(answer) for answer in answers} == {bool, SessionsUnknown}
        assert True not in answers
        assert len(sessions._verdicts) <= MAX_KNOWN
        assert len([each for each in statements if "SELECT id_hash" in each]) <= 4
        assert await sessions.stands(cookie)

    with_sessions(backend.database_url, work)


def test_one_that_ends_while_it_is_looked_up_stays_ended(backend: Any) -> None:
    async def work(sessions: BrowserSessions, _: CurrentToken, statements: list[str]) -> None:
        for _ in range(20):
            cookie = await sessions.begin()
            await asyncio.gather(sessions.stands(cookie), sessions.end(cookie))
            assert not await sessions.stands(cookie)

    with_sessions(backend.database_url, work)


def test_another_token_ends_them_all_here_and_in_the_table(backend: Any) -> None:
    async def work(sessions: BrowserSessions, token: CurrentToken, _: list[str]) -> None:
        cookie = await sessions.begin()
        assert await sessions.stands(cookie)
        before = token.now
        assert before is not None
        assert not token.replace("x" * 16)
        assert token.replace("y" * 16)
        await sessions.end_all(before)
        assert not await sessions.stands(cookie)
        assert token.replace("x" * 16)
        await sessions.end_all(Token("y" * 16))
        assert not await sessions.stands(cookie)

    with_sessions(backend.database_url, work)


def test_while_the_database_is_away_nothing_is_known_of_strangers() -> None:
    async def work(sessions: BrowserSessions, _: CurrentToken, statements: list[str]) -> None:
        with pytest.raises(SessionsUnknown):
            await sessions.stands("x" * 43)
        assert not await sessions.stands("not even a cookie of ours")

    with_sessions("postgresql+asyncpg://x@127.0.0.1:1/x", work)
