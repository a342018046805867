"""The dashboard: every instance, live, found, sorted, selected."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from site_in_browser import NARROW, WIDE, Site, screenshot
from stack import eventually


@pytest.fixture(autouse=True)
def empty(site: Site) -> Iterator[None]:
    """Each test starts without instances."""
    yield
    site.delete_instances()


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name="Instances").get_by_role("row").filter(has=page.get_by_text(name, exact=True))


def names(page: Page) -> list[str]:
    return page.locator("table[aria-label=Instances] tbody tr[data-index] td:nth-child(2) a").all_inner_texts()


def start(site: Site, instance: dict[str, Any]) -> dict[str, Any]:
    answer = site.stack.http.post(f"/api/instances/{instance['id']}/runs")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_it_shows_what_rest_says(site: Site) -> None:
    walk = site.instance("walk", {"steps": 2}, name="Short walk", description="Two steps", tags=["baseline", "short"])
    for _ in range(3):
        site.stack.until(start(site, walk)["id"])
    fall = site.instance("fall", name="Deep fall")
    site.stack.until(start(site, fall)["id"])
    site.instance("walk", name="Never walked")

    page = site.tab("/experiments")
    expect(page).to_have_title("Dashboard · Athanor")
    expect(page.get_by_role("status", name="Count")).to_have_text("3 instances")
    listed = site.stack.http.get("/api/instances").json()["items"]
    expect(page.locator("tbody tr[data-index]")).to_have_count(3)
    assert names(page) == [item["name"] for item in listed] == ["Never walked", "Deep fall", "Short walk"]

    short = row(page, "Short walk")
    expect(short.get_by_role("cell").nth(1)).to_have_text("Short walkTwo steps")
    expect(short.get_by_role("link", name="Walk", exact=True)).to_have_attribute("href", "/catalogue?name=walk")
    expect(short.get_by_role("cell").nth(3)).to_have_text("completed")
    expect(short.get_by_role("cell").nth(5)).to_have_text("3 completed")
    ticks = short.get_by_role("group", name="Last runs of Short walk").get_by_role("link")
    expect(ticks).to_have_count(3)
    expect(ticks.last).to_have_accessible_name("Newest run: completed")
    detail = site.stack.http.get(f"/api/instances/{walk['id']}").json()
    expect(ticks.last).to_have_attribute("href", f"/runs/{detail['recent_runs'][0]['id']}")
    expect(short.get_by_role("link", name="Run 3")).to_be_visible()
    expect(short.get_by_role("button", name="Show tag baseline")).to_be_visible()
    expect(short.get_by_role("link", name="Edit Short walk")).to_have_attribute(
        "href", f"/experiments/{walk['id']}/edit"
    )
    expect(row(page, "Deep fall").get_by_role("cell").nth(3)).to_have_text("failed")
    expect(row(page, "Never walked").get_by_role("cell").nth(3)).to_have_text("no run yet")

    overview = page.get_by_role("navigation", name="Overview")
    expect(overview.get_by_role("link", name="1 failed in 24 h")).to_have_attribute(
        "href", "/experiments?status=failed"
    )
    expect(overview.get_by_role("link", name="0 running")).to_be_visible()
    expect(overview.get_by_role("link", name="1 worker, 4 slots")).to_have_attribute("href", "/workers")
    screenshot(page, "dashboard-light")
    dark = site.tab("/experiments", dark=True)
    expect(dark.locator("tbody tr[data-index]")).to_have_count(3)
    screenshot(dark, "dashboard-dark")


def test_the_ticks_are_one_stop_for_the_keyboard(site: Site) -> None:
    walk = site.instance("walk", {"steps": 1}, name="Short walk")
    for _ in range(3):
        site.stack.until(start(site, walk)["id"])
    page = site.tab("/experiments")
    ticks = row(page, "Short walk").get_by_role("group").get_by_role("link")
    row(page, "Short walk").get_by_role("link", name="Walk", exact=True).focus()
    page.keyboard.press("Tab")
    expect(ticks.nth(2)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(ticks.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    expect(row(page, "Short walk").get_by_role("link", name="Run 3")).to_be_focused()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_a_tick_keeps_its_distance_from_what_is_above_and_below(site: Site, viewport: dict[str, int]) -> None:
    """However wide the words in the line below it are: they differ from run to run."""
    walk = site.instance("walk", {"steps": 1}, name="Short walk")
    site.stack.until(start(site, walk)["id"])
    page = site.tab("/experiments", viewport=viewport)
    tick = row(page, "Short walk").get_by_role("group").get_by_role("link")
    expect(tick).to_have_count(1)
    box = tick.bounding_box()
    assert box is not None
    assert box["height"] >= 24


def test_a_run_is_started_from_its_row_and_the_page_stays(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Short walk")
    page = site.tab("/experiments")
    page.get_by_role("button", name="Start run of Short walk").click()
    link = page.get_by_role("link", name="Run 1 of Short walk")
    expect(link).to_be_visible()
    expect(row(page, "Short walk").get_by_role("cell").nth(3)).to_have_text("completed")
    assert page.url == f"{site.url}/experiments"
    run = site.stack.http.get("/api/runs", params={"instance_id": instance["id"]}).json()["items"][0]
    link.click()
    expect(page).to_have_url(f"{site.url}/runs/{run['id']}")


def test_a_double_click_starts_one_run(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Short walk")
    page = site.tab("/experiments")
    button = page.get_by_role("button", name="Start run of Short walk")
    button.click()
    expect(page.get_by_role("link", name="Run 1 of Short walk")).to_be_visible()
    page.mouse.down(click_count=2)  # the server was quicker than the second click
    page.mouse.up(click_count=2)

    held: list[Route] = []
    page.route("**/runs", lambda route: held.append(route))
    for _ in range(2):  # the server takes its time
        button.press("Enter")
    expect(button).to_be_focused()
    for route in held:
        route.continue_()
    expect(page.get_by_role("link", name="Run 2 of Short walk")).to_be_visible()
    assert site.stack.http.get("/api/runs", params={"instance_id": instance["id"]}).json()["total"] == 2


def test_what_the_server_refuses_is_said_in_its_words(site: Site) -> None:
    instance = site.instance("walk", name="Short walk")
    page = site.tab("/experiments")
    button = page.get_by_role("button", name="Start run of Short walk")
    expect(button).to_be_visible()
    # Between what the page shows and the click, somebody deletes it.
    page.route("**/runs", lambda route: route.continue_(url=f"{site.url}/api/instances/{instance['id'][:-4]}0000/runs"))
    button.click()
    notice = page.get_by_role("alert").filter(has_text="Start run of Short walk: not done")
    expect(notice).to_contain_text("There is no instance")


def test_search_filters_and_sort_live_in_the_address(site: Site) -> None:
    site.instance("walk", name="Bravo", tags=["red", "blue"])
    site.instance("walk", name="Alpha", tags=["red"])
    site.instance("flood", name="Charlie", tags=["blue"])
    failed = site.instance("fall", name="Delta")
    site.stack.until(start(site, failed)["id"])

    page = site.tab("/experiments")
    expect(page.locator("tbody tr[data-index]")).to_have_count(4)
    assert names(page)[0] == "Delta"
    header = page.get_by_role("columnheader", name="Name")
    header.get_by_role("button").click()
    expect(page).to_have_url(re.compile(r"\?sort=name&order=asc$"))
    expect(page.locator("tbody tr[data-index]").first).to_contain_text("Alpha")
    expect(header).to_have_attribute("aria-sort", "ascending")
    header.get_by_role("button").click()
    expect(page.locator("tbody tr[data-index]").first).to_contain_text("Delta")

    page.get_by_role("button", name="Show tag red").first.click()
    expect(page.locator("tbody tr[data-index]")).to_have_count(2)
    page.reload()
    expect(page.locator("tbody tr[data-index]")).to_have_count(2)
    assert names(page) == ["Bravo", "Alpha"]
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "descending")

    page.get_by_role("searchbox", name="Search").fill("alph")
    expect(page).to_have_url(re.compile("q=alph"))
    expect(page.locator("tbody tr[data-index]")).to_have_count(1)
    page.get_by_role("button", name="Clear filters").click()
    expect(page.locator("tbody tr[data-index]")).to_have_count(4)
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("")

    page.get_by_role("group", name="Status").get_by_role("button", name="failed").click()
    expect(page.locator("tbody tr[data-index]")).to_have_count(1)
    assert names(page) == ["Delta"]
    page.get_by_role("group", name="Status").get_by_role("button", name="failed").click()
    page.get_by_role("combobox", name="Experiment").click()
    page.get_by_role("option", name="flood").click()
    expect(page.locator("tbody tr[data-index]")).to_have_count(1)
    expect(page).to_have_url(re.compile("experiment=flood"))
    assert names(page) == ["Charlie"]


def test_empty_states_differ(site: Site) -> None:
    page = site.tab("/experiments")
    expect(page.get_by_role("heading", name="No instances yet")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("For example: "))).to_be_visible()
    site.instance("walk", name="Bravo")
    expect(page.get_by_role("link", name="Bravo", exact=True)).to_be_visible()
    page.get_by_role("searchbox", name="Search").fill("nothing of that name")
    expect(page.get_by_role("heading", name="No match")).to_be_visible()
    page.locator("main").get_by_role("button", name="Clear filters").last.click()
    expect(page.get_by_role("link", name="Bravo", exact=True)).to_be_visible()


def test_pushed_changes_move_nothing_under_the_pointer(site: Site) -> None:
    first = site.instance("walk", {"steps": 1}, name="First")
    site.instance("walk", name="Second")
    page = site.tab("/experiments")
    expect(page.locator("tbody tr[data-index]")).to_have_count(2)
    row(page, "Second").hover()
    site.stack.until(start(site, first)["id"])
    site.instance("walk", name="Third")

    expect(row(page, "First").get_by_role("cell").nth(3)).to_have_text("completed")
    expect(page.get_by_text("2 changes · Update order")).to_be_visible()
    assert names(page) == ["Second", "First"]
    page.mouse.move(5, 5)  # who points at nothing reads no row
    expect(page.get_by_text("Update order")).to_have_count(0)
    expect(page.locator("tbody tr[data-index]")).to_have_count(3)
    assert names(page) == ["Third", "First", "Second"]

    page.get_by_role("checkbox", name="Select Second").check()
    page.mouse.move(5, 5)
    site.stack.until(start(site, first)["id"])
    page.get_by_role("button", name="Update order").click()
    expect(page.get_by_text("Update order")).to_have_count(0)
    assert names(page) == ["First", "Third", "Second"]
    expect(page.get_by_role("checkbox", name="Select Second")).to_be_checked()


def test_what_happens_while_the_first_answer_is_on_its_way_shows(site: Site, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    run = site.run("held", {"steps": 2, "until": str(go_on)}, name="Over meanwhile")
    eventually(lambda: site.stack.run(run["id"])["status"] == "running", what="the run")
    page = site.tab("/workers")

    def older(route: Route) -> None:
        answer = route.fetch()
        go_on.touch()
        site.stack.until(run["id"])
        route.fulfill(response=answer)

    page.route(re.compile(r"/api/instances\?"), older, times=1)
    page.goto(f"{site.url}/experiments")
    expect(row(page, "Over meanwhile").get_by_role("cell").nth(3)).to_have_text("completed")


def test_several_are_started_cancelled_and_deleted(site: Site) -> None:
    instances = [site.instance("walk", {"steps": 500, "pause_s": 1.0}, name=name) for name in ("One", "Two", "Three")]
    page = site.tab("/experiments")
    for name in ("One", "Two"):
        page.get_by_role("checkbox", name=f"Select {name}").check()
    bar = page.get_by_role("region", name="Selection")
    expect(bar.get_by_role("status")).to_have_text("2 instances selected")
    bar.get_by_role("button", name="Start run").click()
    expect(row(page, "One").get_by_role("cell").nth(3)).to_have_text("running")
    expect(row(page, "Two").get_by_role("cell").nth(3)).to_have_text("running")
    page.reload()  # the selection is in the address
    expect(bar.get_by_role("status")).to_have_text("2 instances selected")
    bar.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("2 runs are being cancelled")).to_be_visible()
    expect(row(page, "One").get_by_role("cell").nth(3)).to_have_text("cancelled")
    expect(row(page, "Two").get_by_role("cell").nth(3)).to_have_text("cancelled")

    other = site.tab("/experiments")
    expect(other.locator("tbody tr[data-index]")).to_have_count(3)
    sizes = [site.stack.http.get(f"/api/instances/{each['id']}/size").json() for each in instances[:2]]
    lines = sum(size["logs"] for size in sizes)
    bar.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete 2 instances?")
    expect(question).to_contain_text(f"2 runs, {lines} log line")
    question.get_by_role("button", name="Keep").click()
    expect(question).to_have_count(0)
    bar.get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(page.locator("tbody tr[data-index]")).to_have_count(1)
    expect(other.locator("tbody tr[data-index]")).to_have_count(1)
    assert names(page) == names(other) == ["Three"]
    assert site.stack.http.get("/api/instances").json()["total"] == 1


def test_a_person_on_a_telephone_sees_all_of_it(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="A name that is rather long for so narrow a screen " * 3)
    site.stack.until(start(site, instance)["id"])
    page = site.tab("/experiments", viewport=NARROW)
    expect(page.get_by_role("button", name=re.compile("Start run of A name"))).to_be_visible()
    expect(page.get_by_role("cell", name="completed", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("combobox", name="Sort by").select_option("Name")
    expect(page).to_have_url(re.compile("sort=name"))
    screenshot(page, "dashboard-narrow")
