from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.stack import remove_outside
from servers import session_servers

__all__ = ["session_servers"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    """A data folder that does not exist yet; what it made elsewhere is removed at the end."""
    folder = tmp_path / "data"
    yield folder
    if folder.exists():
        remove_outside(folder)
