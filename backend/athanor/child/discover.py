"""Discovery's child: imports every module there is and tells what it found.

    python -P -m athanor.child.discover DESCRIPTOR JSON

DESCRIPTOR is its end of the socket to the worker, JSON an `Order`. Each module is announced before it is imported,
so that the worker knows whom to blame for a loop or a crash.
"""

import faulthandler
import importlib
import os
import platform
import socket
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import msgspec

from athanor.child import ending
from athanor.child.importing import add_folders
from athanor.child.sources import Source, source_hash, sources_in
from athanor.sdk.errors import ExperimentError
from athanor.sdk.experiment import Experiment, registered
from athanor.wire import framing
from athanor.wire.catalogue import CatalogueEntry, Environment, FromDiscovery, Imported, Importing
from athanor.wire.text import clean_text

ENTRY_POINTS = "athanor.experiments"
_DUMP_SHARE = 0.9


class Order(msgspec.Struct, forbid_unknown_fields=True):
    """What to do. `timeout_s` is the limit the worker sets for one import.

    `done`: modules that an earlier child has imported. `failed`: those that it could not; of a package that failed,
    the modules are not tried.
    """

    folders: list[str]
    done: list[str]
    failed: list[str]
    timeout_s: float


class Discovery:
    def __init__(self, connection: socket.socket, order: Order) -> None:
        self._connection = connection
        self._order = order
        self._failed = set(order.failed)

    def run(self) -> None:
        add_folders(self._order.folders)
        for source in self._sources():
            if source.module not in self._order.done and not self._is_below_failed(source.module):
                self._send(Importing(source.module))
                # The stack of an import that does not end: the worker puts it into the catalogue.
                faulthandler.dump_traceback_later(self._order.timeout_s * _DUMP_SHARE, file=2)
                entries = self._import(source)
                faulthandler.cancel_dump_traceback_later()
                self._send(Imported(source.module, msgspec.json.encode(entries)))
        packages = {part.name: part.version for part in metadata.distributions() if part.name and part.version}
        self._send(Environment(platform.python_version(), dict(sorted(packages.items(), key=_by_name))))

    def _sources(self) -> Iterator[Source]:
        for folder in self._order.folders:
            yield from sources_in(Path(folder))
        for point in sorted(metadata.entry_points(group=ENTRY_POINTS), key=lambda point: point.name):
            yield Source(point.module, None)

    def _is_below_failed(self, module: str) -> bool:
        """Whether `module` or a package it is in has failed: it would only repeat the reason."""
        parts = module.split(".")
        return any(".".join(parts[:length]) in self._failed for length in range(1, len(parts) + 1))

    def _import(self, source: Source) -> list[CatalogueEntry]:
        known = len(registered())
        broken: CatalogueEntry | None = None
        try:
            module = importlib.import_module(source.module)
            _refuse_other_file(source, getattr(module, "__file__", None))
        except BaseException as error:
            self._failed.add(source.module)
            broken = _broken(source.module, error)
        found = [part for part in registered()[known:] if broken is None or part.module != source.module]
        entries = [_entry(definition) for definition in found]
        return entries if broken is None else [*entries, broken]

    def _send(self, message: FromDiscovery) -> None:
        self._connection.sendall(framing.pack(message))


def _by_name(item: tuple[str, str]) -> str:
    return item[0].lower()


def _refuse_other_file(source: Source, file: str | None) -> None:
    if source.path is not None and file is not None and not os.path.samefile(source.path, file):
        raise ExperimentError(f"the name {source.module!r} is taken by {file}: rename {source.path.name}")


def _broken(module: str, error: BaseException) -> CatalogueEntry:
    told = ending.failed(error)
    reason = told.error
    if isinstance(error, SystemExit):
        reason = f"calls sys.exit({error.code!r}) at import"
    return CatalogueEntry(
        name=module,
        module=module,
        title=module,
        error=reason,
        traceback=None if isinstance(error, ExperimentError) and error.__traceback__ is None else told.traceback,
    )


def _entry(definition: Experiment) -> CatalogueEntry:
    module = sys.modules.get(definition.module)
    entry = CatalogueEntry(
        name=definition.name,
        module=definition.module,
        title=clean_text(definition.title),
        description=clean_text(definition.description),
        source_hash=None if module is None else source_hash(module),
        file=getattr(module, "__file__", None),
        queue=definition.queue,
        timeout_s=definition.timeout_s,
        stalled_s=definition.stalled_s,
        memory_bytes=definition.memory_bytes,
        retries=definition.retries,
        retry_on=definition.retry_on,
        backoff_s=definition.backoff_s,
        tags=tuple(clean_text(tag) for tag in definition.tags),
    )
    try:
        config = definition.config_type()
        schema = config.schema()
        described = msgspec.structs.replace(
            entry, config_schema=schema, form_schema=config.form_schema(), defaults=config.defaults()
        )
        msgspec.json.encode(described)
    except Exception as error:
        told = ending.failed(error)
        trace = None if isinstance(error, ExperimentError) else told.traceback
        return msgspec.structs.replace(entry, error=f"no schema: {told.error}", traceback=trace)
    return described


def main() -> None:
    descriptor = int(sys.argv[1])
    os.set_inheritable(descriptor, False)
    order = msgspec.json.decode(sys.argv[2], type=Order)
    del sys.argv[1:]
    faulthandler.enable(file=2)
    Discovery(socket.socket(fileno=descriptor), order).run()


if __name__ == "__main__":
    main()
