"""Browser sessions as the gate asks for them: from PostgreSQL, remembered for seconds, one question at a time."""

import asyncio
import hashlib
import logging
import re
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

from athanor.db.session import Database, in_one_line, is_outage
from athanor.server.gate import SessionsUnknown
from athanor.server.sign_in import repository
from athanor.server.sign_in.token import CurrentToken, Token

KNOWN_FOR_S = 2.0
KNOWN_IN_OUTAGE_S = 60.0
ANSWER_WITHIN_S = 3.0
MAX_KNOWN = 1024
MAX_WAITING = 1024

_PORT = re.compile(r":(\d+)$")
_COOKIE = re.compile(r"[A-Za-z0-9_-]{43}")

log = logging.getLogger(__name__)


class Verdict(Struct, frozen=True):
    stands: bool
    at: float


class BrowserSessions:
    """A request costs no query of its own: verdicts are kept for KNOWN_FOR_S, and whoever asks meanwhile shares one.

    While the database is away, a session that stood stays open for KNOWN_IN_OUTAGE_S.
    """

    def __init__(self, token: CurrentToken, database: Callable[[], Database]) -> None:
        self._token = token
        self._database = database
        self._verdicts: OrderedDict[bytes, Verdict] = OrderedDict()
        self._waiting: dict[bytes, asyncio.Future[None]] = {}
        self._asking: asyncio.Task[None] | None = None

    def cookie_name(self, host: str) -> str:
        """With the port that the browser sees: servers of one machine share its cookies, and a proxy or a container
        has a port of its own."""
        port = _PORT.search(host)
        return "athanor" if port is None else f"athanor_{port[1]}"

    async def stands(self, cookie: str) -> bool:
        """Raises SessionsUnknown while the database cannot be asked."""
        if not _COOKIE.fullmatch(cookie):
            return False
        id_hash = _hash(cookie)
        if (verdict := self._known(id_hash, KNOWN_FOR_S)) is None:
            await self._ask(id_hash)
            verdict = self._known(id_hash, KNOWN_FOR_S)
        if verdict is None:
            verdict = self._known(id_hash, KNOWN_IN_OUTAGE_S)
        if verdict is None:
            raise SessionsUnknown
        return verdict.stands

    async def begin(self) -> str:
        """A new session, made with the token of now; the value of its cookie."""
        cookie = secrets.token_urlsafe(32)
        async with self._database().unit() as unit:
            await repository.create(unit.session, _hash(cookie), self._of_now().fingerprint)
        return cookie

    async def end(self, cookie: str) -> None:
        """On this server at once, on others within KNOWN_FOR_S."""
        async with self._database().unit() as unit:
            await repository.delete(unit.session, _hash(cookie))
        self._keep(_hash(cookie), stands=False)

    async def end_all(self, token: Token) -> None:
        """Ends those that were made with `token`, which is no longer the server's; also where it still is one's."""
        self._verdicts.clear()
        async with self._database().unit() as unit:
            await repository.delete_of_token(unit.session, token.fingerprint)

    async def close(self) -> None:
        """Returns when no question is under way."""
        if self._asking is not None:
            await asyncio.wait([self._asking], timeout=2)

    def _known(self, id_hash: bytes, for_s: float) -> Verdict | None:
        verdict = self._verdicts.get(id_hash)
        return verdict if verdict is not None and time.monotonic() - verdict.at < for_s else None

    def _keep(self, id_hash: bytes, *, stands: bool) -> None:
        self._verdicts[id_hash] = Verdict(stands, time.monotonic())
        self._verdicts.move_to_end(id_hash)
        if len(self._verdicts) > MAX_KNOWN:
            self._verdicts.popitem(last=False)

    async def _ask(self, id_hash: bytes) -> None:
        """Returns when there is a verdict, or none is to be had in time."""
        answered = self._waiting.get(id_hash)
        if answered is None:
            if len(self._waiting) >= MAX_WAITING:
                raise SessionsUnknown
            answered = self._waiting[id_hash] = asyncio.get_running_loop().create_future()
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask_all())
        # The query itself is never cancelled: that would leave its connection in an unknown state.
        await asyncio.wait([answered], timeout=ANSWER_WITHIN_S)

    async def _ask_all(self) -> None:
        while self._waiting:
            asked, self._waiting = self._waiting, {}
            began, token = time.monotonic(), self._of_now()
            try:
                async with self._database().unit() as unit:
                    standing = await repository.standing(unit.session, list(asked), token.fingerprint)
                if token is self._token.now:
                    for id_hash in asked:
                        known = self._verdicts.get(id_hash)
                        if known is None or known.at < began:  # one that ended meanwhile stays ended
                            self._keep(id_hash, stands=id_hash in standing)
            except Exception as error:
                if not is_outage(error):
                    log.exception("sessions cannot be looked up")
                else:
                    log.warning("sessions cannot be looked up: the database is away (%s)", in_one_line(error))
            finally:
                for answered in asked.values():
                    if not answered.done():
                        answered.set_result(None)

    def _of_now(self) -> Token:
        assert self._token.now is not None, "sessions are made from a token"
        return self._token.now


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
