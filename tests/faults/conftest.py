"""Under faults, PostgreSQL itself notes every ending: each run has one."""

from collections.abc import Iterator

import pytest

from athanor.db.migrate import upgrade
from conftest import Backend
from leftovers import note_endings
from servers import Servers, servers


@pytest.fixture
def backend(backend: Backend) -> Backend:
    note_endings(backend.database_url)
    return backend


@pytest.fixture(scope="module")
def own_servers() -> Iterator[Servers]:
    with servers() as pair:
        yield pair


@pytest.fixture
def own_backend(own_servers: Servers) -> Backend:
    """For a test that kills PostgreSQL: on the servers of the session it would take as long to start as it takes to
    sync the files of every other test's database."""
    url = own_servers.fresh_database()
    upgrade(url)
    note_endings(url)
    return Backend(url, own_servers.redis_url, own_servers)
