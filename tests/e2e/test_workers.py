"""The workers page: who takes runs, live."""

import signal

from playwright.sync_api import expect

from site_in_browser import NARROW, Site, screenshot


def test_a_worker_and_what_it_does(site: Site) -> None:
    page = site.tab("/workers")
    (worker,) = site.stack.http.get("/api/workers").json()["items"]
    cells = page.get_by_role("table", name="Workers").get_by_role("row").nth(1).get_by_role("cell")
    expect(cells.nth(0)).to_have_text(f"{worker['host']} process {worker['pid']}")
    expect(cells.nth(1)).to_have_text("default")
    expect(cells.nth(2)).to_have_text("0 of 4")
    expect(cells.nth(5).get_by_role("link")).to_have_text(sorted(worker["experiments"]))
    expect(page.get_by_text("Nothing.")).to_be_visible()

    run = site.run("walk", {"steps": 500, "pause_s": 1.0}, name="Long walk")
    running = page.get_by_role("table", name="Running now").get_by_role("row").nth(1)
    expect(running.get_by_role("link", name="Run 1")).to_have_attribute("href", f"/runs/{run['id']}")
    expect(running.get_by_role("link", name="Long walk")).to_have_attribute(
        "href", f"/experiments/{run['instance_id']}"
    )
    expect(cells.nth(2)).to_have_text("1 of 4")
    expect(page.get_by_role("progressbar", name="Slots in use")).to_have_attribute("aria-valuenow", "25")
    screenshot(page, "workers-light")
    site.stack.cancel(run["id"])
    expect(page.get_by_text("Nothing.")).to_be_visible()
    expect(cells.nth(2)).to_have_text("0 of 4")


def test_workers_come_and_go_without_a_refresh(site: Site) -> None:
    page = site.tab("/workers")
    rows = page.get_by_role("table", name="Workers").get_by_role("row")
    expect(rows).to_have_count(2)
    other = site.tab("/experiments")
    overview = other.get_by_role("navigation", name="Overview")
    expect(overview.get_by_role("link", name="1 worker, 4 slots")).to_be_visible()

    waiting = site.run("nowhere", name="Nowhere")
    queue = page.get_by_role("table", name="Queues").get_by_role("row").filter(has_text="gpu")
    expect(queue).to_contain_text("no worker serves it")
    expect(overview.get_by_role("link", name="no worker for gpu")).to_be_visible()

    process = site.stack.start_worker(ATHANOR_QUEUES="gpu", ATHANOR_SLOTS="2")
    expect(rows).to_have_count(3)
    expect(rows.filter(has_text=f"process {process.pid}")).to_contain_text("gpu")
    expect(overview.get_by_role("link", name="2 workers, 6 slots")).to_be_visible()
    site.stack.until(waiting["id"])
    expect(queue).to_have_count(1)
    expect(queue).not_to_contain_text("no worker serves it")

    process.send_signal(signal.SIGTERM)
    process.wait(60)
    expect(rows).to_have_count(2)
    expect(queue).to_have_count(0)
    expect(overview.get_by_role("link", name="1 worker, 4 slots")).to_be_visible()


def test_narrow(site: Site) -> None:
    page = site.tab("/workers", viewport=NARROW)
    expect(page.get_by_role("table", name="Workers")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screenshot(page, "workers-narrow")
