"""Under faults, PostgreSQL itself notes every ending: each run has one."""

import pytest

from conftest import Backend
from leftovers import note_endings


@pytest.fixture
def backend(backend: Backend) -> Backend:
    note_endings(backend.database_url)
    return backend
