"""Where focus, Back, the tab's title and the words lead a person who finds their way."""

import re

import pytest
from playwright.sync_api import Page, expect

from log_window import log, row
from site_in_browser import NARROW, Site

SMALL = {"width": 345, "height": 780}


def width_beyond(page: Page) -> int:
    """How far the page scrolls sideways, in pixels."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


def test_focus_is_at_the_beginning_of_the_page_one_comes_to(site: Site) -> None:
    run = site.finished("walk", name="Way in")
    page = site.tab(f"/experiments/{run['instance_id']}")
    page.get_by_role("link", name="Run 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Run 1")
    expect(page.locator("#main")).to_be_focused()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Way in")
    expect(page.locator("#main")).to_be_focused()


def test_focus_goes_back_to_what_opened_a_question(site: Site) -> None:
    instance = site.instance("walk", name="Kept")
    page = site.tab(f"/experiments/{instance['id']}")
    delete = page.get_by_role("button", name="Delete")
    for close in ("Escape", "Enter"):  # Enter is Keep: it has the focus
        delete.press("Enter")
        expect(page.get_by_role("dialog").get_by_role("button", name="Keep")).to_be_focused()
        page.keyboard.press(close)
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(delete).to_be_focused()
    for open_, label in (("Control+k", None), ("?", "Keys")):
        page.keyboard.press(open_)
        dialog = page.get_by_role("dialog", name=label) if label else page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog")).to_have_count(0)
        expect(delete).to_be_focused()


def test_focus_stays_with_the_actions_of_a_run_that_is_cancelled(site: Site) -> None:
    run = site.run("stubborn", {"steps": 60}, name="Focus in the end")
    page = site.tab(f"/runs/{run['id']}")
    expect(page.locator("dl").first).to_contain_text("running")
    page.get_by_role("button", name="Cancel").press("Enter")
    expect(page.get_by_role("button", name="Force")).to_be_visible()
    actions = page.get_by_role("group", name="Actions")
    expect(actions).to_be_focused()
    # What is read out says once that it was asked; the seconds beside it are for the eye.
    said = page.get_by_text("asked to stop", exact=True)
    expect(said).to_have_attribute("role", "status")
    expect(said).to_have_text("asked to stop")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Force")).to_be_focused()
    site.stack.cancel(run["id"], force=True)
    expect(page.locator("dl").first).to_contain_text("cancelled")
    expect(actions).to_be_focused()


def test_back_leads_to_the_tab_before(site: Site) -> None:
    run = site.finished("walk", name="Back and forth")
    page = site.tab(f"/experiments/{run['instance_id']}")
    page.get_by_role("link", name="Run 1", exact=True).click()
    for tab in ("Results", "Config"):
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab, selected=True)).to_be_visible()
    for tab in ("Results", "Logs"):
        page.go_back()
        expect(page.get_by_role("tab", name=tab, selected=True)).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Back and forth")


def test_the_end_of_the_log_of_a_failed_run_is_a_place(site: Site) -> None:
    run = site.finished("fall", name="Falls again")
    page = site.tab(f"/runs/{run['id']}?tab=config")
    page.get_by_role("link", name="End of the log").click()
    expect(page).to_have_url(re.compile(r"tab=logs&line=0$"))
    expect(page.get_by_role("region", name="Log lines")).to_contain_text("before the fall")


def test_the_end_of_the_log_is_led_to_each_time(site: Site) -> None:
    run = site.finished("fall", {"lines": 300}, name="Falls late")
    page = site.tab(f"/runs/{run['id']}?tab=config")
    end = page.get_by_role("link", name="End of the log")
    end.click()
    expect(row(page, 300)).to_be_in_viewport()
    for _ in range(2):
        log(page).focus()
        page.keyboard.press("Home")
        expect(row(page, 0)).to_be_in_viewport()
        expect(row(page, 300)).to_have_count(0)
        end.click()
        expect(row(page, 300)).to_be_in_viewport()
    page.go_back()
    expect(page.get_by_role("tab", name="Config", selected=True)).to_be_visible()


def test_titles_tell_tabs_apart(site: Site) -> None:
    run = site.finished("walk", name="One of many")
    titles = {
        f"/runs/{run['id']}": "Run 1 · One of many · Athanor",
        f"/experiments/{run['instance_id']}": "One of many · Athanor",
        "/runs/xyz": "No such run · Athanor",
        "/experiments/xyz": "No such instance · Athanor",
        "/nowhere": "Not found · Athanor",
    }
    page = site.tab("/workers")
    for path, title in titles.items():
        page.goto(f"{site.url}{path}")
        expect(page).to_have_title(title)


def test_a_long_name_and_many_tags_fit_on_the_smallest_screen(site: Site) -> None:
    name = "Ä" * 100 + " long " + "W" * 90
    run = site.finished("walk", name=name)
    tags = [f"tag-{number:02d}" for number in range(20)]
    site.stack.http.patch(f"/api/instances/{run['instance_id']}", json={"tags": tags}).raise_for_status()
    paths = ("/experiments", "/catalogue", "/workers", "/experiments/new", "/nowhere")
    instance = f"/experiments/{run['instance_id']}"
    page = site.tab("/", viewport=SMALL)
    for path in (*paths, instance, f"{instance}/edit", f"{instance}/run", f"/runs/{run['id']}"):
        page.goto(f"{site.url}{path}")
        expect(page.get_by_role("heading").first).to_be_visible()
        expect(page.get_by_role("status", name="Connection")).to_have_text("live")
        assert width_beyond(page) <= 0, path
        switch = page.get_by_role("banner").get_by_role("button").last.bounding_box()
        assert switch is not None, path
        assert switch["x"] + switch["width"] <= SMALL["width"], path

    wide = site.tab("/experiments")
    row = wide.get_by_role("row", name=re.compile("Ä long W"))
    expect(row.get_by_text("16 more")).to_have_attribute("title", ", ".join(tags[4:]))
    box = row.bounding_box()
    assert box is not None
    assert box["height"] < 80


@pytest.mark.parametrize("question", ["delete", "force", "leave"])
def test_every_question_has_a_close_button_with_a_name(site: Site, question: str) -> None:
    if question == "leave":
        page = site.tab("/experiments/new?experiment=walk")
        page.get_by_role("textbox", name="Name").fill("Not saved")
        page.get_by_role("link", name="Workers", exact=True).click()
    else:
        run = site.run("stubborn", {"steps": 60}) if question == "force" else site.finished("walk")
        page = site.tab(f"/runs/{run['id']}")
        if question == "force":
            expect(page.locator("dl").first).to_contain_text("running")
            page.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name=question.title()).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    if question == "force":
        site.stack.cancel(run["id"], force=True)


@pytest.mark.parametrize(("experiment", "status"), [("walk", "completed"), ("fall", "failed"), ("stubborn", "running")])
def test_the_last_line_of_a_log_is_in_the_window(site: Site, experiment: str, status: str) -> None:
    run = site.run(experiment, {"steps": 60})
    site.stack.until(run["id"], status)
    page = site.tab(f"/runs/{run['id']}")
    expect(page.locator("dl").first).to_contain_text(status)
    lines = page.get_by_role("region", name="Log lines")
    lines.press("End")
    expect(lines.locator("[data-level]").last).to_be_in_viewport(ratio=0.99)
    page.wait_for_function("document.documentElement.scrollHeight <= document.documentElement.clientHeight")
    if status == "running":
        site.stack.cancel(run["id"], force=True)


def test_the_open_tab_is_in_sight_on_a_phone(site: Site) -> None:
    run = site.finished("walk")
    page = site.tab(f"/runs/{run['id']}?tab=environment", viewport=NARROW)
    expect(page.get_by_role("tab", name="Environment")).to_be_in_viewport(ratio=0.99)
    page.get_by_role("tab", name="Environment").press("Home")
    expect(page.get_by_role("tab", name="Logs")).to_be_in_viewport(ratio=0.99)
