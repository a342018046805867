"""Which modules there are under an experiment folder, and the fingerprint of a module's source."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from msgspec import Struct

_FOREIGN = ("node_modules", "site-packages")


class Source(Struct, frozen=True):
    """A module to import: its dotted name, and the file that the name should lead to (None: an entry point)."""

    module: str
    path: Path | None


def sources_in(folder: Path) -> Iterator[Source]:
    """Every module and package below `folder`, by name; none if the folder is not there.

    Names that begin with `_` or `.`, virtual environments and folders of other tools are passed over.
    """
    yield from _walk(folder, "", set())


def _walk(folder: Path, prefix: str, seen: set[str]) -> Iterator[Source]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    try:
        parts = sorted(folder.iterdir())
    except OSError:
        return
    if prefix and (folder / "__init__.py").is_file():
        yield Source(prefix.removesuffix("."), folder / "__init__.py")
    for part in parts:
        if part.name.startswith(("_", ".")):
            continue
        if part.suffix == ".py" and part.is_file():
            yield Source(prefix + part.name.removesuffix(".py"), part)
        elif part.is_dir() and not _is_foreign(part):
            yield from _walk(part, f"{prefix}{part.name}.", seen)


def _is_foreign(folder: Path) -> bool:
    return "." in folder.name or folder.name in _FOREIGN or (folder / "pyvenv.cfg").exists()


def source_hash(module: ModuleType) -> str | None:
    """SHA-256 in hex of the module's file, or of all .py files of its folder when it is in a package.

    None when the module has no source file that can be read.
    """
    file = getattr(module, "__file__", None)
    if file is None:
        return None
    path = Path(file)
    files = sorted(path.parent.rglob("*.py")) if getattr(module, "__package__", "") else [path]
    digest = hashlib.sha256()
    try:
        for part in files:
            digest.update(f"{part.relative_to(path.parent).as_posix()}\0".encode(errors="surrogateescape"))
            digest.update(hashlib.sha256(part.read_bytes()).digest())
    except OSError:
        return None
    return digest.hexdigest()
