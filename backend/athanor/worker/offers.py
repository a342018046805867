"""What this worker can run: found by importing in a child process, followed as files change, told to the catalogue."""

import asyncio
import logging
import stat
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from watchfiles import DefaultFilter, awatch

from athanor.child.sources import sources_in
from athanor.db.session import Database, try_until
from athanor.domain.experiments.catalogue import write_catalogue
from athanor.settings import Settings
from athanor.wire.catalogue import Catalogue, CatalogueEntry
from athanor.worker.catalogue_scan import discover
from athanor.worker.execute_run import Offer
from athanor.worker.slots import Slots

log = logging.getLogger(__name__)

FOLDER_CHECK_S = 2.0
WATCH_STANDS_MS = 500
"""After so long without news the watch is known to stand."""


class Offers:
    """Keeps `slots.offers` and the catalogue in step with the experiment folders."""

    def __init__(
        self, settings: Settings, worker_id: UUID, database: Database, slots: Slots, environment: Mapping[str, str]
    ) -> None:
        self._folders = list(settings.experiments)
        self._worker_id = worker_id
        self._database = database
        self._slots = slots
        self._environment = environment
        self._catalogue: Catalogue | None = None
        self._scanned: frozenset[tuple[Path, int, int]] = frozenset()

    async def scan(self) -> None:
        """Looks at all folders anew."""
        self._scanned = await asyncio.to_thread(self._files)
        catalogue = await discover(
            [folder for folder in self._folders if folder.is_dir()], environment=self._environment
        )
        broken = [entry for entry in catalogue.entries if entry.error is not None]
        for entry in broken:
            log.warning("experiment %s: %s", entry.name, entry.error)
        self._catalogue = catalogue
        await self.publish()
        self._slots.offers = {
            entry.name: Offer(
                module=entry.module,
                folder=self._folder_of(entry),
                python=catalogue.python,
                packages=catalogue.packages,
                source_hash=entry.source_hash,
            )
            for entry in catalogue.entries
            if entry.error is None
        }
        log.info("%s experiments found, %s broken", len(catalogue.entries) - len(broken), len(broken))
        self._slots.look()

    async def publish(self) -> None:
        """Writes the catalogue as last seen; again after this worker was registered anew, or was given up."""
        tries = 0

        async def write() -> None:
            nonlocal tries
            tries += 1
            if (catalogue := self._catalogue) is not None:
                async with self._database.unit() as unit:
                    await write_catalogue(unit, self._worker_id, catalogue.entries, retried=tries > 1)

        await try_until(write, what="the catalogue")

    def _folder_of(self, entry: CatalogueEntry) -> Path:
        """The experiment folder that holds the module; for one from an installed package, its file's own."""
        relative = Path(*entry.module.split("."))
        for folder in self._folders:
            if (folder / relative).is_dir() or (folder / relative.with_suffix(".py")).exists():
                return folder
        return Path.cwd() if entry.file is None else Path(entry.file).parent

    async def follow(self) -> None:
        """Scans again after every change on disk, within seconds. Folders that do not exist yet are waited for."""
        while True:
            present = self._present()
            stop = asyncio.Event()
            checking = asyncio.create_task(self._stop_when_folders_change(present, stop))
            try:
                if not present:
                    await stop.wait()
                else:
                    await self._watch(list(present), stop)
            except (OSError, RuntimeError) as error:
                log.warning("experiment folders cannot be watched (%s); looking again in %s s", error, FOLDER_CHECK_S)
                await asyncio.sleep(FOLDER_CHECK_S)
            finally:
                checking.cancel()
            await self._scan_or_log()

    async def _watch(self, present: list[Path], stop: asyncio.Event) -> None:
        """Scans after every change below `present`, and once if there was one before the watch stood."""
        missed_some = True
        async for changes in awatch(
            *present,
            watch_filter=PythonFilter(),
            stop_event=stop,
            step=200,
            rust_timeout=WATCH_STANDS_MS,
            yield_on_timeout=True,
        ):
            if changes or (missed_some and await asyncio.to_thread(self._files) != self._scanned):
                await self._scan_or_log()
            missed_some = False

    def _files(self) -> frozenset[tuple[Path, int, int]]:
        """Every module's file with its time and size. Blocks."""
        found = set()
        for source in (source for folder in self._folders for source in sources_in(folder)):
            if source.path is not None:
                try:
                    state = source.path.stat()
                except OSError:
                    continue  # gone since it was listed
                found.add((source.path, state.st_mtime_ns, state.st_size))
        return frozenset(found)

    async def _scan_or_log(self) -> None:
        try:
            await self.scan()
        except Exception:
            log.exception("looking for experiments failed; the catalogue stays as it was")

    async def _stop_when_folders_change(self, present: dict[Path, tuple[int, int]], stop: asyncio.Event) -> None:
        while self._present() == present:
            await asyncio.sleep(FOLDER_CHECK_S)
        stop.set()

    def _present(self) -> dict[Path, tuple[int, int]]:
        """The folders that are there, each with what tells it from another one put in its place."""
        found = {}
        for folder in self._folders:
            try:
                state = folder.stat()
            except OSError:
                continue
            if stat.S_ISDIR(state.st_mode):
                found[folder] = (state.st_dev, state.st_ino)
        return found


class PythonFilter(DefaultFilter):
    """Python files and folders; not bytecode, editors' leftovers and virtual environments."""

    def __call__(self, change: object, path: str) -> bool:
        return super().__call__(change, path) and (path.endswith(".py") or not Path(path).suffix)  # type: ignore[arg-type]
