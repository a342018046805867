"""A server with a token: the page asks for it, keeps a session, and says when that has ended."""

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from e2e.test_accessibility import serious_faults
from servers import Servers
from site_in_browser import EXPERIMENTS, NARROW, Site, screenshot
from stack import Stack, eventually

TOKEN = "a-token-of-enough-characters"
BEARER = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_TOKEN=TOKEN,
        ATHANOR_EXPERIMENTS=str(EXPERIMENTS),
    )
    stack.http.headers.update(BEARER)
    try:
        stack.start_server()
        stack.start_worker()
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


def sign_in(page: Page, token: str = TOKEN) -> None:
    page.get_by_label("Token", exact=True).fill(token)
    page.get_by_role("button", name="Sign in").click()


def is_asked(page: Page) -> None:
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    expect(page.get_by_role("status", name="Connection")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign out")).to_have_count(0)


def is_in(page: Page) -> None:
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def another_tab(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    return page


@pytest.mark.parametrize("dark", [False, True])
def test_the_sign_in_view_fits_and_takes_the_token_at_once(site: Site, dark: bool) -> None:
    for viewport, name in ((None, "wide"), (NARROW, "narrow")):
        page = site.tab("/catalogue", viewport=viewport, dark=dark)
        is_asked(page)
        expect(page.get_by_label("Token", exact=True)).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        sign_in(page, "not the token, but as long")
        expect(page.get_by_text("That is not this server's token")).to_be_visible()
        assert serious_faults(page) == []
        screenshot(page, f"sign-in-{name}{'-dark' if dark else ''}")


def test_whoever_signs_in_is_where_they_wanted_to_go(site: Site) -> None:
    run = site.finished("walk", {"steps": 1})
    address = f"/runs/{run['id']}?tab=config"
    page = site.tab(address, viewport=NARROW)
    is_asked(page)
    sign_in(page, "not the token, but as long")
    expect(page.get_by_text("That is not this server's token")).to_be_visible()
    expect(page.get_by_label("Token", exact=True)).to_be_focused()
    screenshot(page, "sign-in-wrong-narrow")
    page.keyboard.type(TOKEN)
    page.keyboard.press("Enter")
    is_in(page)
    assert page.url == f"{site.url}{address}"
    expect(page.get_by_role("tab", name="Config")).to_have_attribute("aria-selected", "true")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    pages = page.get_by_role("navigation", name="Pages")
    assert pages.evaluate("nav => nav.scrollWidth <= nav.clientWidth"), "all pages can be seen beside the rest"
    screenshot(page, "signed-in-narrow")
    (cookie,) = page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"], cookie["secure"]) == (
        f"athanor_{site.stack.port}",
        True,
        "Strict",
        False,
    )
    assert page.evaluate("document.cookie") == ""
    assert TOKEN not in page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")


def test_a_session_that_ends_asks_again_and_loses_no_draft(site: Site) -> None:
    page = site.tab("/experiments/new?experiment=walk")
    sign_in(page)
    is_in(page)
    page.get_by_role("textbox", name="Name", exact=True).fill("A name that took long to find")
    # As when another server, or the end of its time, ended it.
    cookie = page.context.cookies()[0]
    headers = {"cookie": f"{cookie['name']}={cookie['value']}", "origin": site.url}
    assert httpx.delete(f"{site.url}/api/session", headers=headers, trust_env=False).status_code == 204
    is_asked(page)
    sign_in(page)
    is_in(page)
    expect(page.get_by_role("textbox", name="Name", exact=True)).to_have_value("A name that took long to find")
    page.get_by_role("button", name="Create", exact=True).click()
    expect(page.get_by_role("heading", name="A name that took long to find")).to_be_visible()


def test_all_tabs_notice_who_signs_in_and_out(site: Site) -> None:
    one = site.tab("/workers")
    two = another_tab(one.context, f"{site.url}/catalogue")
    is_asked(one)
    is_asked(two)
    sign_in(one)
    is_in(one)
    is_in(two)
    assert two.url == f"{site.url}/catalogue"
    two.get_by_role("button", name="Sign out").click()
    is_asked(two)
    is_asked(one)
    assert one.context.cookies() == []


def test_a_browser_that_is_signed_out_asks_for_nothing(site: Site) -> None:
    page = site.tab("/experiments")
    is_asked(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.clock.install()
    page.clock.run_for(120_000)
    assert [url for url in asked if "/api/" in url] == []


def test_too_many_tries_are_said_in_words(site: Site) -> None:
    page = site.tab("/experiments")
    is_asked(page)

    def refused() -> bool:
        sign_in(page, "not the token, but as long")
        expect(page.get_by_role("button", name="Sign in")).to_be_enabled()
        return page.get_by_text("Try again in").is_visible()

    eventually(refused, seconds=90)
    screenshot(page, "sign-in-too-many")
