"""Many followers of one run, each with the client of docs/examples and nothing else."""

import asyncio
import importlib.util
import threading
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

_PATH = Path(__file__).parents[1] / "docs" / "examples" / "follow_run.py"
_spec = importlib.util.spec_from_file_location("follow_run", _PATH)
assert _spec is not None
assert _spec.loader is not None
_example = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_example)

_SOCKETS: ContextVar[list[int]] = ContextVar("sockets")


class _Counted(connect):
    """Counts the sockets that were opened for the follower whose task this is."""

    async def __aenter__(self) -> ClientConnection:
        socket = await super().__aenter__()
        _SOCKETS.get()[0] += 1
        return socket


_example.connect = _Counted


class Followers:
    """Started in a thread of their own; `wait` gives what each saw, once each saw the end."""

    def __init__(self, stream_url: str, run_id: str, count: int) -> None:
        self.seen: list[list[dict[str, Any]]] = [[] for _ in range(count)]
        self._sockets = [[0] for _ in range(count)]
        self._url, self._run_id = stream_url, run_id
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        async def one(seen: list[dict[str, Any]], sockets: list[int]) -> None:
            _SOCKETS.set(sockets)
            async for line in _example.follow(self._url, self._run_id):
                seen.append(line)  # noqa: PERF401 - a follower that fails keeps what it saw

        async def all_of_them() -> None:
            async with asyncio.TaskGroup() as group:
                for seen, sockets in zip(self.seen, self._sockets, strict=True):
                    group.create_task(one(seen, sockets))

        try:
            asyncio.run(all_of_them())
        except BaseException as failure:
            self._failure = failure

    @property
    def reconnects(self) -> list[int]:
        """How often each had to open another socket."""
        return [max(0, opened - 1) for (opened,) in self._sockets]

    def wait(self, seconds: float = 120.0) -> list[list[dict[str, Any]]]:
        self._thread.join(seconds)
        if self._failure is not None:
            raise self._failure
        assert not self._thread.is_alive(), f"followers wait at {[len(seen) for seen in self.seen]}"
        return self.seen
