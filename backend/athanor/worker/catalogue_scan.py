"""Finds the experiments: imports everything in a child under a guard, with a limit for each module."""

import asyncio
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from athanor.child.discover import Order
from athanor.wire.catalogue import Catalogue, CatalogueEntry, Environment, FromDiscovery, Imported, Importing
from athanor.wire.framing import FramingError, Unpacker
from athanor.worker.guarded import GuardedExit, GuardedProcess, Origin

_SAID_BYTES = 16 * 1024


class DiscoveryError(RuntimeError):
    """The discovery child could not do its work at all."""


async def discover(folders: Sequence[Path], *, timeout_s: float = 30.0, environment: Mapping[str, str]) -> Catalogue:
    """The catalogue of all modules under `folders` and of the entry point group.

    A module that does not finish importing within `timeout_s`, or takes the child down, becomes an entry with the
    reason; a new child goes on with the rest. Cancelling ends the child.

    Raises:
        DiscoveryError: the child ended before it came to the first module.
        OSError: no process is to be had.
    """
    entries: list[CatalogueEntry] = []
    done: list[str] = []
    failed: list[str] = []
    while True:
        order = Order([str(folder) for folder in folders], done, failed, timeout_s)
        scan = _Scan()
        blame = await scan.run(order, environment)
        entries += scan.entries
        done += scan.done
        failed += [entry.module for entry in scan.entries if entry.error and entry.name == entry.module]
        if scan.environment is not None:
            return Catalogue(
                entries=_with_duplicates_named(entries),
                python=scan.environment.python,
                packages=scan.environment.packages,
            )
        if scan.current is None:
            raise DiscoveryError(f"discovery {blame}: {scan.said.decode(errors='replace')}")
        module = scan.current
        failed.append(module)
        told = scan.said.decode(errors="replace").strip() or None
        entries.append(CatalogueEntry(name=module, module=module, title=module, error=blame, traceback=told))


class _Scan:
    """One child's life. `current`: the module it was at when it ended before its time."""

    def __init__(self) -> None:
        self.entries: list[CatalogueEntry] = []
        self.done: list[str] = []
        self.current: str | None = None
        self.environment: Environment | None = None
        self.said = bytearray()
        self._garbage: str | None = None
        self._heard = asyncio.Event()
        self._unpacker: Unpacker[FromDiscovery] = Unpacker(FromDiscovery)  # type: ignore[arg-type]

    async def run(self, order: Order, environment: Mapping[str, str]) -> str:
        """What the child did wrong, should `environment` not have come."""
        silence_s = 2 * order.timeout_s + 10
        process = await GuardedProcess.start(
            lambda descriptor: _arguments(descriptor, order),
            silence_s=silence_s,
            environment=environment,
            on_bytes=self._take,
        )
        try:
            ended = asyncio.create_task(process.wait())
            while self.environment is None and self._garbage is None:
                self._heard.clear()
                heard = asyncio.create_task(self._heard.wait())
                await asyncio.wait({ended, heard}, timeout=order.timeout_s, return_when=asyncio.FIRST_COMPLETED)
                heard.cancel()
                process.pet()
                if ended.done():
                    return self._garbage or _shown(ended.result())
                if not self._heard.is_set():
                    return f"did not finish importing within {order.timeout_s:g} s"
            return self._garbage or "is done"
        finally:
            await asyncio.shield(process.abandon())

    def _take(self, origin: Origin, data: bytes) -> None:
        if origin != "reports":
            self.said += data
            del self.said[:-_SAID_BYTES]
            return
        try:
            for message in self._unpacker.feed(data):
                self._note(message)
        except (FramingError, msgspec.MsgspecError) as error:
            self._garbage = f"wrote bytes of its own into the connection to the worker: {error}"
        self._heard.set()

    def _note(self, message: FromDiscovery) -> None:
        if isinstance(message, Importing):
            self.current = message.module
            self.said.clear()
        elif isinstance(message, Imported):
            self.entries += msgspec.json.decode(message.entries, type=list[CatalogueEntry])
            self.done.append(message.module)
        else:
            self.environment = message


def _arguments(descriptor: int, order: Order) -> Sequence[str]:
    text = msgspec.json.encode(order).decode()
    return (sys.executable, "-P", "-m", "athanor.child.discover", str(descriptor), text)


def _shown(ended: GuardedExit) -> str:
    if ended.signal is not None:
        return f"ended the process with signal {ended.signal} at import"
    if ended.code is not None:
        return f"ended the process with exit code {ended.code} at import"
    return f"ended at import: {ended.error}"


def _with_duplicates_named(entries: list[CatalogueEntry]) -> list[CatalogueEntry]:
    """Once per module and name; where two modules define one name, every entry of that name says so."""
    first: dict[tuple[str, str], CatalogueEntry] = {}
    places: dict[str, list[str]] = defaultdict(list)
    unique: list[CatalogueEntry] = []
    for entry in entries:
        key = entry.module, entry.name
        if first.setdefault(key, entry) != entry or first[key] is entry:
            unique.append(entry)
            places[entry.name].append(entry.module)
    return [
        msgspec.structs.replace(
            entry,
            error=f"{len(places[entry.name])} experiments are named {entry.name!r}, in "
            f"{' and '.join(places[entry.name])}: give each its own name with @experiment(name=...)",
        )
        if len(places[entry.name]) > 1
        else entry
        for entry in unique
    ]
