"""The catalogue: every experiment, and every module that cannot be used; a new file shows up by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from servers import Servers
from site_in_browser import EXPERIMENTS, NARROW, Site, screenshot
from stack import Stack

MORE = '''
from athanor import Run, experiment

@experiment(title="Hop", tags=("new",), retries=2, timeout="90s")
def hop(run: Run) -> None:
    """Hops once.

    And lands.
    """
'''


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("more")


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_EXPERIMENTS=f"{EXPERIMENTS}:{folder}",
    )
    try:
        stack.start_server()
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


@pytest.fixture(scope="module")
def worker(shared_site: Site) -> None:
    """One that has looked at both folders."""
    shared_site.stack.start_worker()


def test_before_any_worker_it_says_where_experiments_come_from(site: Site, request: pytest.FixtureRequest) -> None:
    page = site.tab("/catalogue")
    expect(page.get_by_role("heading", name="No experiments found")).to_be_visible()
    expect(page.get_by_text("ATHANOR_EXPERIMENTS")).to_be_visible()
    dashboard = site.tab("/experiments")
    expect(dashboard.get_by_role("heading", name="No experiments found")).to_be_visible()
    dashboard.locator("main").get_by_role("link", name="Catalogue", exact=True).click()
    expect(dashboard).to_have_url(f"{site.url}/catalogue")
    request.getfixturevalue("worker")
    expect(page.get_by_role("article", name="Walk")).to_be_visible()
    expect(dashboard.get_by_role("article", name="Walk")).to_be_visible()


@pytest.mark.usefixtures("worker")
def test_a_broken_module_comes_first_with_its_traceback(site: Site) -> None:
    page = site.tab("/catalogue")
    first = page.get_by_role("article").first
    expect(first).to_have_accessible_name("broken")
    expect(first).to_contain_text("No module named 'a_module_that_is_not_installed'")
    first.get_by_role("button", name="Traceback").click()
    expect(page).to_have_url(f"{site.url}/catalogue?name=broken")
    entry = site.stack.http.get("/api/experiments/broken").json()
    expect(page.get_by_role("region", name="Traceback of broken").locator("pre")).to_have_text(
        entry["traceback"], use_inner_text=True
    )
    screenshot(page, "catalogue-light")


@pytest.mark.usefixtures("worker")
def test_an_experiment_shows_its_fields_and_the_ways_on(site: Site) -> None:
    page = site.tab("/catalogue?name=walk")
    card = page.get_by_role("article", name="Walk")
    expect(card).to_contain_text("module sample")
    expect(card).to_contain_text("Takes a few steps, and says so.")
    rows = card.get_by_role("table", name="Fields of walk").get_by_role("row")
    expect(rows).to_have_text(
        [
            "FieldTypeRangeDefault",
            "steps StepsHow many steps to takeinteger1 to 10003",
            "pause_sSeconds between two stepsnumber0 to 100",
            "saytext–step",
        ]
    )
    expect(card.get_by_role("link", name="New instance")).to_have_attribute("href", "/experiments/new?experiment=walk")
    expect(card.get_by_role("link", name="0 instances")).to_have_attribute("href", "/experiments?experiment=walk")
    made = site.instance("walk", name="One")
    expect(card.get_by_role("link", name="1 instance")).to_be_visible()
    site.stack.http.delete(f"/api/instances/{made['id']}").raise_for_status()
    expect(card.get_by_role("link", name="0 instances")).to_be_visible()
    card.get_by_role("button", name="Walk").click()
    expect(page).to_have_url(f"{site.url}/catalogue")
    expect(rows).to_have_count(0)


@pytest.mark.usefixtures("worker")
def test_a_new_file_shows_up_by_itself_and_so_does_its_fault(site: Site, folder: Path) -> None:
    page = site.tab("/catalogue")
    expect(page.get_by_role("article", name="Walk")).to_be_visible()
    file = folder / "hopping.py"
    file.write_text(MORE)
    card = page.get_by_role("article", name="Hop", exact=True)
    expect(card).to_be_visible()
    expect(card).to_contain_text("timeout 1 m 30 s")
    expect(card).to_contain_text("retries 2")
    card.get_by_role("button", name="Hop").click()
    expect(card).to_contain_text("Takes no config.")
    file.write_text("this is no Python")
    expect(page.get_by_role("article", name="hopping")).to_contain_text("SyntaxError")
    expect(card).to_have_count(0)
    file.write_text(MORE)
    expect(card).to_be_visible()


@pytest.mark.usefixtures("worker")
def test_narrow(site: Site) -> None:
    page = site.tab("/catalogue?name=walk", viewport=NARROW)
    expect(page.get_by_role("table", name="Fields of walk")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.goto(f"{site.url}/catalogue?name=broken")
    expect(page.get_by_role("region", name="Traceback of broken")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "catalogue-narrow")
