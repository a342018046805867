"""The whole way from the dashboard to a finished run, without a mouse."""

import re

from playwright.sync_api import Locator, Page, expect

from site_in_browser import Site


def tab_to(page: Page, control: Locator, *, most: int = 40) -> None:
    """Presses Tab until `control` has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if control.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{control} is not within {most} presses of Tab")


def test_from_the_dashboard_to_a_finished_run_and_its_results(site: Site) -> None:
    page = site.tab("/experiments")
    heading = page.get_by_role("main").locator("header")
    expect(heading.get_by_role("link", name="New instance")).to_be_visible()
    tab_to(page, heading.get_by_role("link", name="New instance"))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/experiments/new$"))
    picker = page.get_by_role("combobox", name="Experiment").or_(page.get_by_role("textbox", name="Experiment"))
    expect(picker).to_be_visible()
    tab_to(page, picker)
    page.keyboard.type("walk")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("experiment=walk$"))

    name = page.get_by_role("textbox", name="Name")
    expect(name).to_be_visible()
    tab_to(page, name)
    page.keyboard.type("By keyboard")
    steps = page.get_by_role("textbox", name="Steps")
    tab_to(page, steps)
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    tab_to(page, page.get_by_role("button", name="Create and run"))
    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile("/runs/[0-9a-f-]{36}$"))
    expect(page.locator("dl").first).to_contain_text("completed")
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, page.get_by_role("tab", name="Logs"))
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Results")).to_be_focused()
    results = page.get_by_role("region", name="Results")
    expect(results).to_contain_text("summary")
    tab_to(page, results.get_by_role("button", name=re.compile("^steps")))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"tab=results&result=\d+$"))
    run = site.stack.run(page.url.split("/runs/")[1].split("?")[0])
    assert (run["status"], run["config"]["steps"]) == ("completed", 4)


def test_the_keys_alone_make_start_and_reach_a_run(site: Site) -> None:
    site.instance("walk", {"steps": 2}, name="Found by the palette")
    page = site.tab("/workers")
    expect(page.get_by_role("heading", level=1)).to_have_text("Workers")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("/experiments$"))
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("Found by")
    expect(page.get_by_role("option", name=re.compile("Found by the palette")).first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Found by the palette")
    expect(page.locator("#main")).to_be_focused()
    page.keyboard.press("r")
    expect(page.get_by_role("heading", level=1)).to_have_text("Run 1")
    expect(page.locator("#main")).to_be_focused()
