"""Axe on every page and what opens on it, in both schemes, wide and narrow: no serious fault, nothing too wide."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from site_in_browser import NARROW, WIDE, Site, screenshot

AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def serious_faults(page: Page) -> list[str]:
    """What axe finds serious or critical, one line for each element."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", WCAG)
    return [
        f"{violation['id']} ({violation['impact']}): {node['html'][:160]} — {node['failureSummary']}"
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.fixture(scope="module")
def pages(shared_site: Site) -> dict[str, str]:
    """Every page by name, with something on it."""
    walk = shared_site.finished("walk", {"steps": 5}, name="A walk with a name that is long enough to wrap somewhere")
    produced = shared_site.finished("produce_results", name="Results")
    drawn = shared_site.finished("draw_curves", name="Curves")
    fallen = shared_site.finished("fall", name="Falls")
    waiting = shared_site.run("nowhere", name="Waits")
    return {
        "dashboard": "/experiments",
        "dashboard-no-match": "/experiments?q=nothing-has-this-name",
        "new": "/experiments/new",
        "new-form": "/experiments/new?experiment=walk",
        "new-json": "/experiments/new?experiment=walk&view=json",
        "instance": f"/experiments/{walk['instance_id']}",
        "edit": f"/experiments/{walk['instance_id']}/edit",
        "run-with-changes": f"/experiments/{walk['instance_id']}/run",
        "run-logs": f"/runs/{walk['id']}",
        "run-failed": f"/runs/{fallen['id']}",
        "run-pending": f"/runs/{waiting['id']}",
        "run-results": f"/runs/{produced['id']}?tab=results&result=4",
        "run-metrics": f"/runs/{drawn['id']}?tab=metrics",
        "run-config": f"/runs/{walk['id']}?tab=config",
        "run-environment": f"/runs/{walk['id']}?tab=environment",
        "catalogue": "/catalogue",
        "workers": "/workers",
        "not-found": "/nowhere",
    }


NAMES = [
    "dashboard", "dashboard-no-match", "new", "new-form", "new-json", "instance", "edit", "run-with-changes",
    "run-logs", "run-failed", "run-pending", "run-results", "run-metrics", "run-config", "run-environment",
    "catalogue", "workers", "not-found",
]  # fmt: skip


CHARTS = 3


def settle(page: Page, name: str) -> None:
    """Waits until what the page is for is there: no place that is held, no number that is on its way."""
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    expect(page.get_by_role("status", name="Loading")).to_have_count(0)
    expect(page.get_by_role("heading").first).to_be_visible()
    if name == "dashboard":
        expect(page.get_by_role("navigation", name="Overview")).not_to_contain_text("–")
        expect(page.locator("tbody tr[data-index]").first).to_be_visible()
    elif name == "instance":
        expect(page.locator("tbody tr[data-index]").first).to_be_visible()
        expect(page.get_by_role("region", name="Config").get_by_role("listitem").first).to_be_visible()
    elif name == "catalogue":
        expect(page.get_by_role("link", name=re.compile("^– instances?"))).to_have_count(0)
    elif name == "run-metrics":
        expect(page.locator("canvas")).to_have_count(CHARTS)
    elif name == "run-results":
        expect(page.get_by_role("treeitem").first).to_be_visible()
    elif name in ("run-logs", "run-failed"):
        expect(page.get_by_role("region", name="Log lines").get_by_role("listitem").first).to_be_visible()
    elif name == "run-config":
        expect(page.get_by_role("heading", name="Changed from the run before")).to_be_visible()


def faults_of(page: Page, name: str) -> dict[str, list[str]]:
    """Faults by width and scheme."""
    faults = {}
    for width, viewport in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            settle(page, name)
            screenshot(page, f"{name}-{width}-{scheme}")
            if found := serious_faults(page):
                faults[f"{width} {scheme}"] = found
            if (reached := page.evaluate("document.documentElement.scrollWidth")) > viewport["width"]:
                faults[f"{width} {scheme} wider"] = [f"the page is {reached} px wide"]
    return faults


@pytest.mark.parametrize("name", NAMES)
def test_no_serious_fault_in_any_scheme_and_width(site: Site, pages: dict[str, str], name: str) -> None:
    assert list(pages) == NAMES
    assert faults_of(site.tab(pages[name]), name) == {}


@pytest.fixture(scope="module")
def stubborn(shared_site: Site) -> Iterator[dict[str, str]]:
    """A run that runs until the module is over."""
    run = shared_site.run("walk", {"steps": 600, "pause_s": 0.5}, name="Goes on")
    shared_site.stack.until(run["id"], "running")
    yield run
    shared_site.stack.cancel(run["id"])
    shared_site.stack.until(run["id"])


def open_keys(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys").get_by_role("row").first).to_be_visible()


def open_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Palette").get_by_role("option").first).to_be_visible()


def ask_to_delete(page: Page) -> None:
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog").get_by_text("This goes for good")).to_be_visible()


def select_a_row(page: Page) -> None:
    page.get_by_role("checkbox", name="Select Falls").check()
    expect(page.get_by_role("region", name="Selection")).to_be_visible()


def be_told(page: Page) -> None:
    page.get_by_role("button", name="Start run of Falls").click()
    notice = page.get_by_role("alert").filter(has_text="Run started")
    expect(notice.get_by_role("button", name="Close")).to_be_visible()
    notice.hover()  # it stays while somebody points at it


STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "keys": ("dashboard", open_keys),
    "palette": ("dashboard", open_palette),
    "delete-run": ("run-failed", ask_to_delete),
    "delete-instance": ("instance", ask_to_delete),
    "selected": ("dashboard", select_a_row),
    "notice": ("dashboard", be_told),
}


@pytest.mark.parametrize("state", list(STATES))
def test_no_serious_fault_in_what_opens(site: Site, pages: dict[str, str], state: str) -> None:
    name, reach = STATES[state]
    page = site.tab(pages[name])
    settle(page, name)
    reach(page)
    assert faults_of(page, state) == {}


def test_no_serious_fault_while_a_run_goes_on_and_is_stopped(site: Site, stubborn: dict[str, str]) -> None:
    page = site.tab(f"/runs/{stubborn['id']}")
    expect(page.get_by_role("progressbar", name="Progress")).to_be_visible()
    assert faults_of(page, "run-running") == {}
    held = site.run("stubborn", {"steps": 60}, name="Does not hear")
    page = site.tab(f"/runs/{held['id']}")
    # The countdown is short here: what the server says of the run stays as it is at its beginning.
    site.stack.until(held["id"], "running")

    def keep(route: Route) -> None:
        body = route.fetch().json()
        route.fulfill(json=body | {"status": "running", "reason": None, "completed_at": None, "version": 10**6})

    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("asked to stop")).to_be_visible()
    page.route(f"**/api/runs/{held['id']}", keep)
    page.reload()
    expect(page.get_by_role("button", name="Force")).to_be_visible()
    assert faults_of(page, "run-cancelling") == {}
    page.get_by_role("button", name="Force").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Force")).to_be_visible()
    assert faults_of(page, "force") == {}
    page.unroute_all(behavior="wait")  # an answer that is being changed while the tab closes is an error
    site.stack.until(held["id"])
