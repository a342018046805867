"""Row 18 in a real browser: pages of others start nothing, change nothing and read nothing, signed in or not."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from forwarder import forwarding
from hostile_origin import (
    ATTACKS,
    BROWSER_ARGUMENT,
    HOSTILE_NAME,
    REBOUND_NAME,
    WINDOW,
    hostile_origin,
)
from servers import Servers
from site_in_browser import EXPERIMENTS, Site
from stack import Stack, eventually, free_port

TOKEN = "a-token-of-enough-characters"
CANARY = "canary-5bd1e995"


@pytest.fixture(scope="module", params=[TOKEN, ""], ids=["signed in", "no token set"])
def shared_site(
    request: pytest.FixtureRequest, session_servers: Servers, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_EXPERIMENTS=str(EXPERIMENTS),
        ATHANOR_TOKEN=request.param,
        ATHANOR_PUBLIC_URL=f"http://127.0.0.1:{free_port()}",
    )
    if request.param:
        stack.http.headers["authorization"] = f"Bearer {request.param}"
    try:
        stack.start_server()
        stack.start_worker()
        with open_browser(BROWSER_ARGUMENT) as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


class Target:
    """The site with an instance and a run to steal, and a person's tab on it."""

    def __init__(self, site: Site, page: Page, port: int) -> None:
        self.site = site
        self.page = page
        self.port = port
        self.run = site.finished("walk", name=CANARY)
        self._sent: dict[str, tuple[str, str]] = {}
        self._answered: dict[str, int] = {}

    @property
    def context(self) -> BrowserContext:
        return self.page.context

    @property
    def answers(self) -> set[tuple[str, int]]:
        """Method and status of what the server answered to hostile pages, those they may not see too. The browser may
        tell of an answer before it tells of its request."""

        def are_matched() -> bool:
            self.page.wait_for_timeout(1)  # events come in while the browser is asked something
            return self._answered.keys() <= self._sent.keys()

        eventually(are_matched, what="the request of each answer is known")
        own = f":{self.port}/"
        return {
            (self._sent[request][0], status)
            for request, status in self._answered.items()
            if own not in self._sent[request][1]
        }

    @property
    def told(self) -> dict[str, str]:
        """What an attacker may have guessed."""
        return {
            "url": self.site.url,
            "instance": self.run["instance_id"],
            "run": self.run["id"],
            "experiment": "walk",
        }

    def ledger(self) -> list[Any]:
        """All that could have been started or changed."""
        read = self.site.stack.http.get
        paths = ("/api/instances", "/api/runs", "/api/overview", f"/api/runs/{self.run['id']}")
        return [read(path).json() for path in paths]

    def hostile(self, address: str) -> Page:
        """A tab of the same browser at `address`."""
        page = self.context.new_page()
        network = self.context.new_cdp_session(page)

        def sent(event: dict[str, Any]) -> None:
            self._sent[event["requestId"]] = event["request"]["method"], event["request"]["url"]

        def answered(event: dict[str, Any]) -> None:
            self._answered[event["requestId"]] = event["statusCode"]

        network.on("Network.requestWillBeSent", sent)
        network.on("Network.responseReceivedExtraInfo", answered)
        network.send("Network.enable")
        page.goto(address)
        return page


@pytest.fixture
def target(site: Site) -> Iterator[Target]:
    with hostile_origin() as port:
        page = site.tab("/experiments")
        if "authorization" in site.stack.http.headers:
            page.get_by_label("Token", exact=True).fill(TOKEN)
            page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("status", name="Connection")).to_have_text("live")
        yield Target(site, page, port)


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    yield shared_site
    shared_site.end_test()


def assert_untouched(target: Target, before: list[Any], learned: dict[str, str]) -> None:
    assert {name: found for name, found in learned.items() if found} == {}
    assert target.ledger() == before
    expect(target.page.get_by_role("status", name="Connection")).to_have_text("live")
    expect(target.page.get_by_role("link", name=CANARY).first).to_be_visible()


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", HOSTILE_NAME])
def test_a_page_of_another_origin_gets_nothing(target: Target, name: str) -> None:
    """On another port of the same machine the cookie goes along: SameSite knows no ports."""
    before = target.ledger()
    hostile = target.hostile(f"http://{name}:{target.port}/")
    learned = hostile.evaluate(ATTACKS, target.told)
    assert len(learned) > 100
    assert_untouched(target, before, learned)
    # They did arrive, and were refused; what a browser may navigate to is the page's shell alone.
    answers = target.answers
    assert {("POST", 403), ("GET", 403)} <= answers
    assert {(method, status) for method, status in answers if status < 400} <= {("GET", 200)}
    framed = [frame.url for frame in hostile.frames[1:] if frame.url.startswith(target.site.url)]
    assert [url for url in framed if not url.endswith(("/runs", "/instances", "/session", "/cancel"))] == []
    for frame in hostile.frames[1:]:
        assert CANARY not in frame.content()


def test_a_name_that_is_rebound_to_this_machine_gets_nothing(target: Target) -> None:
    """The page came from the attacker's own address; now the same name and port lead here, as one origin."""
    before = target.ledger()
    port = int(target.site.stack.environment["ATHANOR_PUBLIC_URL"].rpartition(":")[2])
    own = f"http://{REBOUND_NAME}:{port}"
    with hostile_origin(port):
        hostile = target.hostile(f"{own}/")
    with forwarding(port, target.site.stack.port):
        learned = hostile.evaluate(ATTACKS, {**target.told, "url": own})
        # The same address by its right name is this server.
        assert target.page.request.get(f"http://127.0.0.1:{port}/api/health").status == 200
    answers = {found for name, found in learned.items() if found}
    assert len([name for name, found in learned.items() if "421" in found]) > 30
    assert {"Unknown host" in found or "loaded" in found for found in answers} == {True}
    assert [found for found in answers if CANARY in found or target.run["id"] in found] == []
    assert_untouched(target, before, {})


def test_a_window_that_another_page_opened_is_out_of_its_reach(target: Target) -> None:
    before = target.ledger()
    hostile = target.hostile(f"http://{HOSTILE_NAME}:{target.port}/")
    with target.context.expect_page() as opening:
        outcome = hostile.evaluate(WINDOW, target.told)
    assert outcome == {"heard": [], "reached": "", "isSevered": True}
    opened = opening.value
    assert opened.evaluate("window.opener") is None
    expect(opened.get_by_role("link", name=CANARY).first).to_be_visible()
    assert_untouched(target, before, {})


def test_the_page_itself_can_do_what_others_cannot(target: Target) -> None:
    """Without this the tests above could pass because nothing works."""
    made = target.page.evaluate(
        """async (target) => {
          const start = await fetch(`/api/instances/${target.instance}/runs`, {
            method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
          const socket = new WebSocket(target.url.replace('http', 'ws') + '/api/stream')
          const first = await new Promise((done) => {
            socket.onopen = () => socket.send('{"op":"ping"}')
            socket.onmessage = (message) => done(message.data)
          })
          return [start.status, first, (await start.json()).id]
        }""",
        target.told,
    )
    status, first, run_id = made
    assert (status, first) == (201, '{"type":"pong"}')
    target.site.stack.until(run_id)
