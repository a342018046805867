"""Signing in, put together: the token, the sessions made from it, the sockets they opened, and what ends them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from litestar import Litestar

from athanor.db.session import Database, in_one_line
from athanor.loops import end, keep
from athanor.server.authorities import authorities
from athanor.server.gate import SessionsUnknown
from athanor.server.sign_in.sessions import BrowserSessions
from athanor.server.sign_in.sockets import OpenSockets
from athanor.server.sign_in.token import CurrentToken
from athanor.server.sign_in.token_file import check_token, read_token
from athanor.server.sign_in.tries import Tries
from athanor.settings import Settings, SettingsError

LOOK_EVERY_S = 1.0

log = logging.getLogger(__name__)


class SignIn:
    """Made with the application; `lifespan` keeps it true: what ends anywhere ends here within seconds."""

    def __init__(self, settings: Settings, database: Callable[[], Database], *, token_file: Path | None = None) -> None:
        """`settings` hold the token itself; `token_file`: where it is kept when Athanor made it, and may change."""
        self.token = CurrentToken(settings.token)
        self.sessions = BrowserSessions(self.token, database)
        self.sockets = OpenSockets()
        self.tries = Tries()
        self._token_file = token_file
        self._secure_hosts = authorities(settings).secure_hosts

    @property
    def is_needed(self) -> bool:
        return self.token.now is not None

    def is_https(self, host: str) -> bool:
        """Whether the browser speaks TLS, which a proxy ends: it shows in the name the page was opened by."""
        return host.lower() in self._secure_hosts

    async def end_session(self, session: str) -> None:
        await self.sessions.end(session)
        self.sockets.end_session(session)

    @asynccontextmanager
    async def lifespan(self, _: Litestar) -> AsyncIterator[None]:
        """The database is there before and after."""
        loops = [] if self.token.now is None else [keep(self._watch())]
        if self.token.now is not None:
            await asyncio.to_thread(lambda token: token.fingerprint, self.token.now)
        try:
            yield
        finally:
            await end(loops)
            await self.sessions.close()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                if self._token_file is not None:
                    await self._follow(self._token_file)
                for session in self.sockets.sessions:
                    if not await self.sessions.stands(session):
                        self.sockets.end_session(session)
            except SessionsUnknown:
                pass  # the database is away: what stood goes on
            except Exception:
                log.exception("looking after sessions failed; trying again")

    async def _follow(self, path: Path) -> None:
        """Takes over the token in the file when it is another one."""
        try:
            value = read_token(path)
            check_token(value)
        except (OSError, UnicodeDecodeError, SettingsError) as error:
            log.warning("the token in %s cannot be used (%s); the last one stays", path, error)
            return
        before = self.token.now
        if before is None or not self.token.replace(value):
            return
        log.info("the token in %s has changed: sessions and sockets of the one before are ended", path)
        self.sockets.end_all()
        try:
            await self.sessions.end_all(before)
        except Exception as error:  # they are worth nothing here anyway: their fingerprint is another token's
            log.warning("sessions of the token before are still in the database: %s", in_one_line(error))
