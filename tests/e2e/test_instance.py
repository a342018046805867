"""An instance's page: what it is, its config, its runs."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from site_in_browser import NARROW, Site, screenshot


def row(page: Page, number: int) -> Locator:
    return (
        page.get_by_role("table", name="Runs")
        .get_by_role("row")
        .filter(has=page.get_by_role("link", name=f"Run {number}", exact=True))
    )


def start(site: Site, instance: dict[str, Any]) -> dict[str, Any]:
    answer = site.stack.http.post(f"/api/instances/{instance['id']}/runs")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_the_header_says_what_it_is(site: Site) -> None:
    instance = site.instance("walk", {"steps": 7}, name="Long walk", description="Seven steps", tags=["baseline"])
    page = site.tab(f"/experiments/{instance['id']}")
    expect(page.get_by_role("heading", name="Long walk", level=1)).to_be_visible()
    expect(page).to_have_title("Long walk · Athanor")
    expect(page.get_by_text("Seven steps")).to_be_visible()
    expect(page.get_by_role("link", name="Walk", exact=True)).to_have_attribute("href", "/catalogue?name=walk")
    entry = site.stack.http.get("/api/experiments/walk").json()
    expect(page.get_by_text(entry["source_hash"][:8], exact=True)).to_be_visible()
    expect(page.locator("main").get_by_text("baseline")).to_be_visible()
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()
    for name, path in (
        ("Run with changes", f"/experiments/{instance['id']}/run"),
        ("Edit", f"/experiments/{instance['id']}/edit"),
        ("Clone", f"/experiments/new?instance={instance['id']}"),
    ):
        expect(page.get_by_role("link", name=name, exact=True)).to_have_attribute("href", path)

    config = page.get_by_role("region", name="Config")
    expect(config.get_by_role("listitem")).to_have_text(["Steps 7 (not the default)", "pause_s 0", "say step"])
    config.get_by_text("Steps").hover()
    expect(page.get_by_role("tooltip")).to_have_text("steps · How many steps to take · 1 to 1000 · default 3")
    screenshot(page, "instance-light")
    dark = site.tab(f"/experiments/{instance['id']}", dark=True)
    expect(dark.get_by_role("heading", name="No runs yet")).to_be_visible()
    screenshot(dark, "instance-dark")


def test_the_runs_are_as_rest_says(site: Site) -> None:
    instance = site.instance("walk", {"steps": 2}, name="Walk")
    runs = [site.stack.until(start(site, instance)["id"]) for _ in range(2)]
    page = site.tab(f"/experiments/{instance['id']}")
    expect(page.get_by_role("status", name="Count")).to_have_text("2 runs")
    second = row(page, 2).get_by_role("cell")
    expect(second.nth(1)).to_have_text("Run 2")
    expect(second.nth(2)).to_have_text("completed")
    expect(second.nth(5)).to_have_text(re.compile(r"^\d+\.\d+ s$"))
    expect(second.nth(6)).to_have_text("2 of 2")
    expect(second.nth(7)).to_have_text("1")
    worker = site.stack.http.get("/api/workers").json()["items"][0]
    expect(second.nth(8)).to_have_text(f"{worker['host']} ({worker['pid']})")
    run_id = runs[1]["id"]
    expect(page.get_by_role("link", name="Run 2", exact=True)).to_have_attribute("href", f"/runs/{run_id}")
    expect(page.get_by_role("link", name="Logs of run 2")).to_have_attribute("href", f"/runs/{run_id}?tab=logs")
    expect(page.get_by_role("link", name="Results of run 2")).to_have_attribute("href", f"/runs/{run_id}?tab=results")
    expect(page.locator("tbody tr[data-index]").first).to_contain_text("Run 2")


def test_a_failed_run_says_why_and_a_waiting_one_what_for(site: Site) -> None:
    failed = site.instance("fall", {"steps": 4}, name="Fall")
    site.stack.until(start(site, failed)["id"])
    page = site.tab(f"/experiments/{failed['id']}")
    expect(row(page, 1).get_by_role("cell").nth(2)).to_contain_text("failedexception")
    expect(row(page, 1)).to_contain_text("fell at step 4")

    waiting = site.instance("nowhere", name="Nowhere")
    run = start(site, waiting)
    page = site.tab(f"/experiments/{waiting['id']}")
    expect(row(page, 1)).to_contain_text("no worker for queue gpu offers it")
    site.stack.cancel(run["id"])
    expect(row(page, 1).get_by_role("cell").nth(2)).to_have_text("cancelled")


def test_the_place_of_a_waiting_run_is_told_as_it_changes(site: Site) -> None:
    slots = sum(worker["slots"] for worker in site.stack.http.get("/api/workers").json()["items"])
    others = site.instance("walk", {"steps": 1000, "pause_s": 1.0}, name="Others")
    ahead = [start(site, others) for _ in range(slots + 1)]
    try:
        waiting = site.instance("walk", name="Waits")
        start(site, waiting)
        page = site.tab(f"/experiments/{waiting['id']}")
        expect(row(page, 1)).to_contain_text("behind 1 run")
        site.stack.cancel(ahead[-1]["id"])
        expect(row(page, 1)).to_contain_text("next in line")
    finally:
        for run in ahead:
            site.stack.cancel(run["id"])


def test_r_starts_a_run_and_opens_it(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Walk")
    page = site.tab(f"/experiments/{instance['id']}")
    expect(page.get_by_role("heading", name="Walk", level=1)).to_be_visible()
    page.keyboard.press("r")
    page.wait_for_url(f"{site.url}/runs/*")
    runs = site.stack.http.get("/api/runs", params={"instance_id": instance["id"]}).json()["items"]
    assert [f"{site.url}/runs/{run['id']}" for run in runs] == [page.url]


def test_a_running_run_ticks(site: Site) -> None:
    instance = site.instance("walk", {"steps": 400, "pause_s": 0.25}, name="Walk")
    run = start(site, instance)
    page = site.tab(f"/experiments/{instance['id']}")
    expect(row(page, 1).get_by_role("cell").nth(2)).to_have_text("running")
    bar = page.get_by_role("progressbar", name="Progress of run 1")
    expect(bar).to_be_visible()
    seen = float(bar.get_attribute("aria-valuenow") or 0)
    page.wait_for_function(
        "seen => Number(document.querySelector('[role=progressbar]').getAttribute('aria-valuenow')) > seen", arg=seen
    )
    site.stack.cancel(run["id"])
    expect(row(page, 1).get_by_role("cell").nth(2)).to_have_text("cancelled")


def test_the_status_filter_is_in_the_address(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Walk")
    site.stack.until(start(site, instance)["id"])
    page = site.tab(f"/experiments/{instance['id']}")
    page.get_by_role("group", name="Status").get_by_role("button", name="failed").click()
    expect(page.get_by_role("heading", name="No match")).to_be_visible()
    expect(page).to_have_url(re.compile(r"\?status=failed$"))
    page.reload()
    expect(page.get_by_role("heading", name="No match")).to_be_visible()
    page.get_by_role("button", name="Clear filters").click()
    expect(row(page, 1)).to_be_visible()


def test_several_runs_are_cancelled_run_again_and_deleted(site: Site) -> None:
    instance = site.instance("walk", {"steps": 500, "pause_s": 1.0}, name="Walk")
    for _ in range(3):
        start(site, instance)
    page = site.tab(f"/experiments/{instance['id']}")
    for number in (1, 2):
        page.get_by_role("checkbox", name=f"Select run {number}").check()
    bar = page.get_by_role("region", name="Selection")
    bar.get_by_role("button", name="Cancel").click()
    expect(row(page, 1).get_by_role("cell").nth(2)).to_have_text("cancelled")
    expect(row(page, 2).get_by_role("cell").nth(2)).to_have_text("cancelled")
    states = {run["number"]: run["status"] for run in runs_of(site, instance)}
    assert states[1] == states[2] == "cancelled" != states[3]

    bar.get_by_role("button", name="Re-run").click()
    expect(page.get_by_text("2 changes · Update order")).to_be_visible()
    bar.get_by_role("button", name="Delete").click()
    sizes = [sum(run["counts"]["logs"].values()) for run in runs_of(site, instance) if run["number"] in (1, 2)]
    question = page.get_by_role("dialog", name="Delete 2 runs?")
    expect(question).to_contain_text(f"2 runs, {sum(sizes)} log line")
    question.get_by_role("button", name="Delete").click()
    expect(question).to_have_count(0)
    page.mouse.move(5, 5)
    expect(page.locator("tbody tr[data-index]")).to_have_count(3)
    assert sorted(run["number"] for run in runs_of(site, instance)) == [3, 4, 5]
    for run in runs_of(site, instance):
        site.stack.cancel(run["id"])


def runs_of(site: Site, instance: dict[str, Any]) -> list[dict[str, Any]]:
    return list(site.stack.http.get("/api/runs", params={"instance_id": instance["id"]}).json()["items"])


def test_delete_says_what_goes_and_every_tab_sees_it(site: Site) -> None:
    instance = site.instance("flood", {"lines": 1500}, name="Flood")
    site.stack.until(start(site, instance)["id"])
    size = site.stack.http.get(f"/api/instances/{instance['id']}/size").json()
    assert size["logs"] >= 1500
    other = site.tab(f"/experiments/{instance['id']}")
    page = site.tab(f"/experiments/{instance['id']}")
    expect(other.get_by_role("heading", name="Flood", level=1)).to_be_visible()
    page.get_by_role("button", name="Delete").click()
    question = page.get_by_role("dialog", name="Delete “Flood”?")
    expect(question).to_contain_text(f"1 run, {size['logs']:,} log lines")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    page.get_by_role("button", name="Delete").click()
    question.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"{site.url}/experiments")
    expect(other.get_by_role("heading", name="This instance does not exist")).to_be_visible()
    other.get_by_role("link", name="Dashboard", exact=True).last.click()
    expect(other).to_have_url(f"{site.url}/experiments")


def test_a_question_about_one_instance_is_not_asked_about_another(site: Site) -> None:
    first = site.instance("walk", name="First of two")
    site.instance("walk", name="Second of two")
    page = site.tab(f"/experiments/{first['id']}")
    expect(page.get_by_role("heading", name="First of two", level=1)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("second of two")
    expect(page.get_by_role("option")).to_have_text(["Second of twowalk"])
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog", name="Delete “Second of two”?")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="First of two", level=1)).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_code_that_changed_since_the_last_run_is_marked(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Walk")
    site.stack.until(start(site, instance)["id"])
    page = site.tab(f"/experiments/{instance['id']}")
    expect(row(page, 1)).to_be_visible()
    expect(page.get_by_text("code changed since the last run")).to_have_count(0)

    def other_code(route: Any) -> None:
        body = route.fetch().json()
        body["source_hash"] = "0" * 64
        route.fulfill(json=body)

    page.route(re.compile(r"/api/runs/[0-9a-f-]+$"), other_code)
    page.reload()
    expect(page.get_by_text("code changed since the last run")).to_be_visible()


def test_narrow(site: Site) -> None:
    instance = site.instance("fall", {"steps": 1}, name="Fall " * 20, description="Long " * 60, tags=["one", "two"])
    site.stack.until(start(site, instance)["id"])
    page = site.tab(f"/experiments/{instance['id']}", viewport=NARROW)
    expect(page.get_by_role("link", name="Logs of run 1")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "instance-narrow")
