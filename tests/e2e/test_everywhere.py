"""What holds on several pages: searches, the palette, links that lead to what they count, unknown ids, no socket."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from site_in_browser import NARROW, Site, screenshot


@pytest.fixture(autouse=True)
def empty(site: Site) -> Iterator[None]:
    """Each test starts without instances."""
    yield
    site.delete_instances()


def test_every_number_of_the_overview_leads_to_what_it_counts(site: Site) -> None:
    instance = site.instance("walk", {"steps": 500, "pause_s": 1.0}, name="Two at once")
    first = site.stack.http.post(f"/api/instances/{instance['id']}/runs").json()
    site.stack.until(first["id"], "running")
    second = site.stack.http.post(f"/api/instances/{instance['id']}/runs", json={"config": {"steps": 1}}).json()
    site.stack.until(second["id"])
    healed = site.run("fall", name="Healed")
    site.stack.until(healed["id"])
    cancelled = site.stack.http.post(f"/api/instances/{healed['instance_id']}/runs").json()
    site.stack.until(cancelled["id"])
    site.run("nowhere", name="Waits")
    page = site.tab("/experiments")
    overview = page.get_by_role("navigation", name="Overview")
    rows = page.locator("tbody tr[data-index]")
    for link, name in (("1 running", "Two at once"), ("1 queued", "Waits"), ("2 failed in 24 h", "Healed")):
        overview.get_by_role("link", name=link).click()
        expect(rows).to_have_count(1)
        expect(rows).to_contain_text(name)
    site.stack.cancel(first["id"])


@pytest.mark.parametrize(
    ("tab", "name"),
    [
        ("logs", "Search log lines"),
        ("results", "Search keys"),
        ("metrics", "Search metrics"),
        ("environment", "Search packages"),
    ],
)
def test_slash_leads_to_the_search_of_what_is_on_view(site: Site, tab: str, name: str) -> None:
    run = site.finished("walk", {"steps": 3})
    page = site.tab(f"/runs/{run['id']}?tab={tab}")
    field = page.get_by_label(name)
    expect(field).to_be_visible()
    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.press("/")
    expect(field).to_have_value("/")


def test_the_palette_finds_runs_and_what_the_page_can_do(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Palette walk")
    runs = [site.stack.http.post(f"/api/instances/{instance['id']}/runs").json() for _ in range(3)]
    for run in runs:
        site.stack.until(run["id"])
    page = site.tab("/workers")
    expect(page.get_by_role("heading", name="Workers", exact=True)).to_be_visible()
    options = page.get_by_role("option")
    for typed in ("run 2 of palette", runs[1]["id"]):
        page.keyboard.press("Control+k")
        expect(page.get_by_role("dialog", name="Palette")).to_be_visible()
        page.keyboard.type(typed)
        expect(options).to_have_text(["Run 2 of Palette walkcompleted"])
        page.keyboard.press("Enter")
        expect(page).to_have_url(f"{site.url}/runs/{runs[1]['id']}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Run 2")
    expect(page.get_by_role("link", name="Clone", exact=True)).to_have_attribute(
        "href", f"/experiments/new?run={runs[1]['id']}"
    )
    page.keyboard.press("Control+k")
    here = page.get_by_role("group", name="This page").get_by_role("option")
    expect(here).to_have_text(["Re-run", "Run with changes", "Clone", "Delete"])
    page.keyboard.type("re-run")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Run 4")
    page.goto(f"{site.url}/experiments/{instance['id']}")
    expect(page.get_by_role("heading", name="Palette walk", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(here).to_have_text(["Start run", "Run with changes", "Edit", "Clone", "Delete"])
    page.keyboard.type("edit")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/experiments/{instance['id']}/edit")


def test_unknown_ids_have_their_empty_state_everywhere(site: Site) -> None:
    nobody = "00000000-0000-7000-8000-000000000000"
    instance = site.instance("walk", name="Known")
    gone = "This instance does not exist"
    for path, title in (
        ("/experiments/abc", gone),
        ("/experiments/abc/edit", gone),
        (f"/experiments/{nobody}/run", gone),
        (f"/experiments/{instance['id']}/run?run={nobody}", "There is no such run"),
        ("/experiments/new?instance=abc", gone),
        (f"/experiments/new?run={nobody}", "There is no such run"),
        ("/runs/abc", "There is no such run"),
    ):
        page = site.tab(path)
        expect(page.get_by_role("heading", name=title)).to_be_visible()
        expect(page.get_by_role("alert")).to_have_count(0)


def test_try_again_asks_for_what_failed(site: Site) -> None:
    instance = site.instance("walk", name="Known")
    page = site.tab("/workers")
    page.route("**/api/experiments", lambda route: route.fulfill(status=418, body="{}"))
    page.goto(f"{site.url}/experiments/{instance['id']}/run")
    again = page.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    page.unroute("**/api/experiments")
    again.click()
    expect(page.get_by_role("button", name="Start run")).to_be_visible()


@pytest.mark.parametrize("path", ["/experiments", "/catalogue", "/workers", "/experiments/{instance}", "/runs/{run}"])
def test_what_was_away_is_asked_again_by_itself(site: Site, path: str) -> None:
    run = site.finished("walk", {"steps": 1}, name="Known")
    page = site.tab("/nowhere")
    page.route("**/api/**", lambda route: route.abort())
    page.goto(site.url + path.format(instance=run["instance_id"], run=run["id"]))
    expect(page.get_by_role("button", name="Try again").first).to_be_visible(timeout=60_000)
    page.unroute("**/api/**")
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)
    expect(page.get_by_role("alert")).to_have_count(0)


def without_a_socket(page: Page) -> None:
    def refuse(socket: WebSocketRoute) -> None:
        socket.close()

    page.route_web_socket(re.compile("/api/stream"), refuse)


def test_results_and_metrics_are_there_without_a_socket(site: Site) -> None:
    run = site.finished("walk", {"steps": 4})
    page = site.tab("/nowhere")
    without_a_socket(page)
    page.goto(f"{site.url}/runs/{run['id']}?tab=results")
    expect(page.get_by_role("region", name="Results").get_by_role("status")).to_have_text("2 results")
    page.get_by_role("tab", name=re.compile("Metrics")).click()
    expect(page.get_by_role("img", name=re.compile("^height over 4 points"))).to_be_visible()


def test_each_tab_finds_its_search_again(site: Site) -> None:
    run = site.finished("produce_results")
    page = site.tab(f"/runs/{run['id']}?tab=logs&level=warn&q=nothing")
    expect(page.get_by_label("Search log lines")).to_have_value("nothing")
    page.get_by_role("tab", name=re.compile("Results")).click()
    search = page.get_by_role("searchbox", name="Search keys")
    expect(search).to_have_value("")
    search.fill("table")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("status")).to_have_text("1 result match")
    results.get_by_role("button", name=re.compile("^table")).click()
    results.locator("label").filter(has_text="Table").click()
    expect(page).to_have_url(re.compile("view=table"))
    page.reload()
    expect(results.get_by_role("columnheader", name="fold")).to_be_visible()
    page.get_by_role("tab", name=re.compile("Logs")).click()
    page.go_back()
    expect(results.get_by_role("columnheader", name="fold")).to_be_visible()
    page.get_by_role("tab", name=re.compile("Logs")).click()
    page.get_by_role("group", name="Levels").get_by_role("button", name=re.compile("^warn")).click()
    page.get_by_role("tab", name=re.compile("Results")).click()
    expect(search).to_have_value("table")
    page.get_by_role("tab", name=re.compile("Logs")).click()
    expect(page).to_have_url(re.compile("level=warn"))


def test_value_and_path_are_copied_by_keyboard(site: Site) -> None:
    run = site.finished("produce_results")
    page = site.tab(f"/runs/{run['id']}?tab=results&result=4")
    tree = page.get_by_role("tree")
    expect(tree).to_be_visible()
    tree.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("p")
    expect(page.get_by_text("Path copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "/model"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("c")
    expect(page.get_by_text("Value copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == "tree"
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{site.url}/catalogue")


def test_a_run_follows_its_instance(site: Site) -> None:
    run = site.finished("walk", {"steps": 2}, name="Before")
    page = site.tab(f"/runs/{run['id']}?tab=config")
    differences = page.get_by_role("region", name="Differs from the instance")
    expect(differences).to_contain_text("The instance has the same config now.")
    expect(page.get_by_text("This is the first run of its instance.")).to_be_visible()
    site.stack.http.patch(f"/api/instances/{run['instance_id']}", json={"name": "After", "config": {"steps": 9}})
    expect(differences).to_contain_text("/steps")
    expect(page.get_by_role("navigation", name="Breadcrumb")).to_contain_text("After")
    screenshot(page, "run-config-follows")


@pytest.mark.parametrize("width", [390, 860, 1000, 1100])
def test_nothing_of_a_row_is_hidden_on_a_narrow_screen(site: Site, width: int) -> None:
    run = site.run("walk", {"steps": 1}, name="A walk")
    site.stack.until(run["id"])
    site.stack.http.patch(f"/api/instances/{run['instance_id']}", json={"tags": ["baseline"]})
    page = site.tab("/experiments", viewport={**NARROW, "width": width})
    row = page.locator("tbody tr[data-index]")
    expect(row.get_by_text("1 completed")).to_be_visible()
    expect(row.get_by_role("button", name="Show tag baseline")).to_be_visible()
    screenshot(page, f"dashboard-{width}")
    details = row.get_by_role("link", name="Details of A walk")
    expect(details).to_have_attribute("href", f"/experiments/{run['instance_id']}")
    details.click()
    cells = page.locator("tbody tr[data-index]").first.get_by_role("cell")
    expect(cells.nth(7)).to_be_visible()
    expect(cells.nth(8)).to_be_visible()
    screenshot(page, f"instance-{width}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
