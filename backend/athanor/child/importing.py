"""Imports from the experiment folders: the source as it is now, never a cached compilation of it."""

import os
import sys
from collections.abc import Sequence
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader


class FreshLoader(SourceFileLoader):
    """Compiles the source each time. A cache entry is told from its source by size and whole second only: an edit
    right after a discovery could go unseen. It also leaves no `__pycache__` in the author's folder.
    """

    def path_stats(self, path: str) -> dict[str, float]:
        raise OSError("no cache here")


def add_folders(folders: Sequence[str]) -> None:
    """Appends `folders` to the import path; modules below them are compiled afresh."""
    roots = tuple(os.path.join(folder, "") for folder in folders)

    def finder(path: str) -> FileFinder:
        if not os.path.join(path, "").startswith(roots):
            raise ImportError("not an experiment folder", path=path)
        return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (FreshLoader, SOURCE_SUFFIXES))

    sys.path_hooks.insert(0, finder)
    for folder in folders:
        sys.path_importer_cache.pop(folder, None)
        if folder not in sys.path:
            sys.path.append(folder)
