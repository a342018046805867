"""What every test may use: the session's servers, and a migrated database of its own."""

import signal
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings
from msgspec import Struct

from athanor.db.migrate import upgrade
from servers import Servers, session_servers
from stack import stack

__all__ = ["session_servers", "stack"]

# The same examples in each run, so that a change is what made a test fail. New ones: pytest --hypothesis-profile=drawn.
settings.register_profile("same", derandomize=True, deadline=None)
settings.register_profile("drawn", deadline=None, print_blob=True)
settings.load_profile("same")

# Shells start what runs in the background with SIGINT ignored, and children inherit that: Ctrl-C would do nothing.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """What a test prints may hold half surrogates; the way from the process that ran it takes UTF-8 only."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


class Backend(Struct, frozen=True):
    """A migrated, empty database and a Redis, on servers that the whole session shares."""

    database_url: str
    redis_url: str
    servers: Servers

    @property
    def environment(self) -> dict[str, str]:
        return {"ATHANOR_DATABASE_URL": self.database_url, "ATHANOR_REDIS_URL": self.redis_url}


@pytest.fixture
def backend(session_servers: Servers) -> Iterator[Backend]:
    """For one test."""
    url = session_servers.fresh_database()
    upgrade(url)
    yield Backend(url, session_servers.redis_url, session_servers)
    session_servers.drop(url)
