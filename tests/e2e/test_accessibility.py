"""Axe on every page, in both schemes, wide and narrow: no serious fault; nothing is wider than the screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

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


@pytest.mark.parametrize("name", NAMES)
def test_no_serious_fault_in_any_scheme_and_width(site: Site, pages: dict[str, str], name: str) -> None:
    assert list(pages) == NAMES
    faults = {}
    page = site.tab(pages[name])
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    for width, viewport in (("wide", WIDE), ("narrow", NARROW)):
        page.set_viewport_size(viewport)  # type: ignore[arg-type]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            expect(page.get_by_role("status", name="Loading")).to_have_count(0)
            expect(page.get_by_role("heading").first).to_be_visible()
            screenshot(page, f"{name}-{width}-{scheme}")
            if found := serious_faults(page):
                faults[f"{width} {scheme}"] = found
            if (reached := page.evaluate("document.documentElement.scrollWidth")) > viewport["width"]:
                faults[f"{width} {scheme}"] = [f"the page is {reached} px wide"]
    assert faults == {}
