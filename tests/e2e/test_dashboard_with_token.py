"""A server that asks for a token: the page says so, and what can be done."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from servers import Servers
from site_in_browser import NARROW, Site, screenshot
from stack import Stack


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_TOKEN="a-token-of-enough-characters",
    )
    try:
        stack.start_server()
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


@pytest.mark.parametrize(
    "path", ["/experiments", "/catalogue", "/workers", "/runs/0199c2f0-7c6e-7cc2-9a3e-0d6f1b2c3d4e"]
)
def test_every_page_says_that_a_token_is_asked_for(site: Site, path: str) -> None:
    page = site.tab(path, viewport=NARROW)
    expect(page.get_by_role("heading", name="This server asks for a token")).to_be_visible()
    expect(page.get_by_text("athanor instances")).to_be_visible()
    expect(page.get_by_role("status", name="Connection")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if path == "/experiments":
        screenshot(page, "token-narrow")
