"""A run's stream over any number of connections: each log line once and in order, and the run's state."""

import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import TypeAlias
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from msgspec import Struct
from websockets.exceptions import InvalidStatus, WebSocketException
from websockets.sync.client import ClientConnection, connect

from athanor.cli.api import Api, Failed, absent, refusal
from athanor.domain.events import Event
from athanor.domain.logs.schemas import LogLine
from athanor.wire import frames, topics

LOOK_EVERY_S = 0.2
SILENCE_S = 45.0
"""The server beats every 15 s; longer silence is a dead connection."""
GIVE_UP_S = 120.0
MAX_PAUSE_S = 2.0
CLOSE_WITHIN_S = 0.5
"""The server's goodbye may stand behind lines that nobody reads any more."""

_frame = msgspec.json.Decoder(frames.ServerFrame)
_event = msgspec.json.Decoder(Event)
_lines = msgspec.json.Decoder(list[LogLine])


class Lines(Struct, frozen=True):
    """Consecutive log lines."""

    lines: list[LogLine]


class Connected(Struct, frozen=True):
    """The run may have changed while nobody listened: read it."""


class Lost(Struct, frozen=True):
    """The connection is gone; the stream connects again by itself."""

    why: str


class Ended(Struct, frozen=True):
    """The run is over, and every line was given."""


class Gone(Struct, frozen=True):
    """The run was deleted."""


Happening: TypeAlias = Lines | Event | Connected | Lost | Ended | Gone


class RunStream:
    """`after`: the offset of the last line that was given, -1 before the first."""

    def __init__(self, api: Api, run_id: UUID, *, after: int = -1) -> None:
        self._api = api
        self._run = topics.run(run_id)
        self._logs = topics.stream(run_id, "logs")
        self.after = after

    def follow(self) -> Iterator[Happening | None]:
        """What happens, until the run is over or gone; None a few times a second, for the caller to look around.

        Raises:
            Failed: the server refuses, or was away for two minutes.
        """
        pause_s, reached = 0.1, time.monotonic()
        while True:
            try:
                with self._connected() as connection:
                    pause_s = 0.1
                    for happening in self._read(connection):
                        reached = time.monotonic()
                        yield happening
                        if isinstance(happening, Ended | Gone):
                            return
            except InvalidStatus as error:
                if error.response.status_code < 500:
                    body = bytes(error.response.body or b"")
                    raise refusal(error.response.status_code, body, self._api.url) from None
                why = str(error)
            except (WebSocketException, OSError, TimeoutError) as error:
                why = str(error) or type(error).__name__
            if time.monotonic() - reached > GIVE_UP_S:
                raise Failed(absent(self._api.url, why))
            yield Lost(why)
            again = time.monotonic() + pause_s
            while time.monotonic() < again:
                time.sleep(min(LOOK_EVERY_S, pause_s))
                yield None
            pause_s = min(pause_s * 2, MAX_PAUSE_S)

    def _connected(self) -> ClientConnection:
        address = urlsplit(self._api.url)
        url = f"{'wss' if address.scheme == 'https' else 'ws'}://{address.netloc}/api/stream"
        return connect(
            url,
            sock=None if self._api.peer is None else socket.create_connection(self._api.peer, timeout=10),
            additional_headers=self._api.headers,
            proxy=None if self._api.is_local else True,
            open_timeout=10,
            close_timeout=CLOSE_WITHIN_S,
        )

    def _read(self, connection: ClientConnection) -> Iterator[Happening | None]:
        wishes = [frames.Subscribe(self._run), frames.Subscribe(self._logs, after=self.after)]
        for wish in wishes:
            connection.send(msgspec.json.encode(wish).decode())
        heard = time.monotonic()
        while True:
            text: str | bytes | None = None
            with suppress(TimeoutError):
                text = connection.recv(timeout=LOOK_EVERY_S)
            if text is not None:
                heard = time.monotonic()
                yield from self._take(text)
            elif time.monotonic() - heard > SILENCE_S:
                raise TimeoutError("the server fell silent")
            else:
                yield None

    def _take(self, text: str | bytes) -> Iterator[Happening]:
        match _frame.decode(text):
            case frames.Batch(start=start, items=items):
                assert start == self.after + 1, f"line {start} came after line {self.after}"
                lines = _lines.decode(b"[" + b",".join(bytes(item) for item in items) + b"]")
                self.after += len(lines)
                yield Lines(lines)
            case frames.Event():
                yield _event.decode(text)
            case frames.Subscribed(topic=topic) if topic == self._run:
                yield Connected()
            case frames.Resync(topic=topic):
                yield Connected() if topic == self._run else Gone()
            case frames.End():
                yield Ended()
            case frames.Error(topic=topic, message=message):
                if topic in (self._run, self._logs) and message.startswith("there is no run"):
                    yield Gone()
                else:
                    raise Failed(f"The server refused to be followed: {message}")
            case _:
                pass
