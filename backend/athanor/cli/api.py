"""The API as commands use it: typed answers, and every refusal as a sentence on the terminal."""

from types import TracebackType
from typing import Any, Generic, TypeVar
from urllib.parse import quote, urlsplit

import click
import httpx
import msgspec
from msgspec import Struct

from athanor.cli.environment import read_settings
from athanor.domain.errors import FieldError
from athanor.embedded.health import reachable
from athanor.settings import Settings

T = TypeVar("T")

TIMEOUT_S = 30.0
MAX_ITEMS = 1000


class Failed(click.ClickException):
    """The command could not do its work; 1 is left to runs that failed."""

    exit_code = 2


class Refused(Failed):
    """The server understood and said no."""

    def __init__(self, status: int, detail: str, errors: list[FieldError]) -> None:
        super().__init__("\n".join([detail, *(f"  {_field(error.path)}{error.message}" for error in errors)]))
        self.status = status


class Listing(Struct, Generic[T]):
    """A page of a list, or a whole list."""

    items: list[T]
    next_cursor: str | None = None
    total: int | None = None


class Problem(Struct):
    detail: str = ""
    errors: list[FieldError] = []


class Api:
    """One server. A context manager: it keeps connections."""

    def __init__(self, settings: Settings) -> None:
        self.headers: dict[str, str] = {}
        if (token := _token(settings)) is not None:
            self.headers["Authorization"] = f"Bearer {token}"
        self.peer: tuple[str, int] | None = None
        """Where to connect to, whatever the address says."""
        headers = self.headers
        if settings.url is None:
            # Whatever address is bound, the server answers to this name.
            self.url = f"http://127.0.0.1:{settings.port}"
            host = reachable(settings.host)
            self.peer = (host, settings.port)
            base = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
            headers = {**headers, "Host": f"127.0.0.1:{settings.port}"}
        else:
            self.url = base = settings.url
        self.is_local = self.peer is not None or urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
        self._client = httpx.Client(
            base_url=f"{base}/api", headers=headers, timeout=TIMEOUT_S, trust_env=not self.is_local
        )

    def __enter__(self) -> "Api":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.close()

    def get(self, path: str, kind: type[T], **query: Any) -> T:
        """The answer as `kind`. Queries that are None are left out. Raises Failed."""
        parameters = {name: value for name, value in query.items() if value not in (None, ())}
        return self._call("GET", path, kind, params=parameters)

    def post(self, path: str, kind: type[T], body: object = None) -> T:
        """The answer as `kind`. Raises Failed."""
        headers = {"Content-Type": "application/json"}
        return self._call("POST", path, kind, content=msgspec.json.encode(body), headers=headers)

    def _call(self, method: str, path: str, kind: type[T], **request: Any) -> T:
        try:
            answer = self._client.request(method, path, **request)
        except httpx.TimeoutException:
            raise Failed(f"The server at {self.url} did not answer within {TIMEOUT_S:g} s.") from None
        except httpx.TransportError as error:
            raise Failed(absent(self.url, error)) from None
        if not answer.is_success:
            raise refusal(answer.status_code, answer.content, self.url)
        try:
            return msgspec.json.decode(answer.content, type=kind)
        except msgspec.MsgspecError as error:
            raise Failed(f"{self.url} does not answer as an Athanor server of this version does: {error}") from None


def open_api() -> Api:
    """The server that the environment names. Raises click.ClickException for a setting that cannot be used."""
    return Api(read_settings())


def quoted(name: str) -> str:
    """`name` as one segment of an address."""
    return quote(name, safe="")


def absent(url: str, error: object) -> str:
    """What to say where nobody answers."""
    return (
        f"No server answers at {url} ({error}). Start one with `athanor up`, or set ATHANOR_URL (or ATHANOR_HOST and "
        "ATHANOR_PORT) to where it runs."
    )


def refusal(status: int, body: bytes, url: str) -> Failed:
    """An answer that is no success, as a sentence."""
    if status == 401:
        return Failed(f"{url} asks for its token: set ATHANOR_TOKEN to it (or to auto, on the server's own machine).")
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.MsgspecError:
        return Failed(f"{url} answered {status}, and not as an Athanor server does.")
    return Refused(status, problem.detail, problem.errors)


def _token(settings: Settings) -> str | None:
    if not settings.makes_token:
        return settings.token
    try:
        return settings.token_file.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"ATHANOR_TOKEN=auto: the server's token cannot be read: {error}") from None


def _field(path: str) -> str:
    """`/config/pairs/0/left` as people write it: `pairs.0.left: `."""
    names = [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
    if names and names[0] == "config":
        names = names[1:] or names
    return f"{'.'.join(names)}: " if names else ""
