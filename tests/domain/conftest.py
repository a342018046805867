"""The whole API server, as production composes it, on a database of each test module's own."""

from collections.abc import Iterator

import pytest

from api_serving import serving
from athanor.db.migrate import upgrade
from athanor.server.main import composed
from domain_api import Api
from servers import Servers


@pytest.fixture(scope="module")
def api(session_servers: Servers) -> Iterator[Api]:
    url = session_servers.fresh_database()
    upgrade(url)
    with serving(composed, database_url=url, redis_url=session_servers.redis_url) as running:
        yield Api(running, url, session_servers.redis_url)
