"""One server, one worker and one browser for each module of these tests; each test has its own instances and tabs."""

from collections.abc import Iterator

import pytest

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from servers import Servers
from site_in_browser import EXPERIMENTS, Site
from stack import Stack


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_EXPERIMENTS=str(EXPERIMENTS),
        ATHANOR_CANCEL_GRACE="15s",
        ATHANOR_LEASE="60s",
    )
    try:
        stack.start_server()
        stack.start_worker()
        # Last, and for one module: while it is open its event loop runs in this thread, and nobody can start another.
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    yield shared_site
    shared_site.end_test()
