"""A tab that was left open: servers die and computers sleep, and in the end it shows what the ledger has."""

import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from site_in_browser import Site
from stack import eventually


def connection(page: Page) -> Any:
    return expect(page.get_by_role("status", name="Connection"))


def test_results_and_metrics_go_on_after_the_server_was_killed(site: Site) -> None:
    produced = site.run("produce_results", {"count": 100, "pause_s": 0.1})
    drawn = site.run("draw_curves", {"metrics": 1, "points": 100, "pause_s": 0.1})
    results = site.tab(f"/runs/{produced['id']}?tab=results")
    metrics = site.tab(f"/runs/{drawn['id']}?tab=metrics")
    listed = results.get_by_role("region", name="Results").get_by_role("status")
    expect(listed).to_have_text(re.compile(r"^\d+ results$"))
    expect(metrics.get_by_role("img", name=re.compile("^loss.0 over"))).to_be_visible()
    for _ in range(2):
        site.stack.kill_server()
        connection(results).to_contain_text("offline")
        connection(metrics).to_contain_text("offline")
        site.stack.start_server()
        connection(results).to_have_text("live")
        connection(metrics).to_have_text("live")
    site.stack.until(produced["id"])
    site.stack.until(drawn["id"])
    expect(listed).to_have_text("105 results")
    expect(metrics.get_by_role("img", name=re.compile("^loss.0 over 100 points"))).to_be_visible()
    for page in (results, metrics):
        expect(page.locator("dl").first).to_contain_text("completed")


def test_an_hour_of_sleep_loses_nothing(site: Site, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    run = site.run("held", {"steps": 60, "until": str(go_on)}, name="Sleeper")
    page = site.tab("/experiments")
    page.clock.install()
    page.goto(f"{site.url}/runs/{run['id']}?tab=results")
    connection(page).to_have_text("live")
    expect(page.locator("dl").first).to_contain_text("running")
    expect(page.get_by_role("region", name="Results")).to_be_visible()
    site.stack.kill_server()  # to the tab, a computer that sleeps and a server that is gone are the same silence
    connection(page).to_contain_text("offline")
    go_on.touch()
    site.stack.start_server()
    over = site.stack.until(run["id"])
    page.clock.fast_forward("01:00:00")
    connection(page).to_have_text("live")
    expect(page.locator("dl").first).to_contain_text("completed")
    expect(page.get_by_role("region", name="Results").get_by_role("status")).to_have_text("2 results")
    expect(page.get_by_role("tab", name=re.compile("Logs"))).to_contain_text("60")
    assert over["counts"]["logs"]["info"] == 60


def test_a_part_of_the_page_that_could_not_be_loaded_is_loaded_again(site: Site) -> None:
    run = site.finished("walk")
    page = site.tab("/experiments")
    page.route("**/assets/built/results-tab-*.js", lambda route: route.abort(), times=1)
    page.goto(f"{site.url}/runs/{run['id']}?tab=results")
    expect(page.get_by_role("region", name="Results").get_by_role("status")).to_have_text("2 results")
    site.meant("dynamically imported module")


def test_a_deleted_run_is_said_to_be_gone_in_every_tab(site: Site) -> None:
    run = site.finished("walk")
    page = site.tab(f"/runs/{run['id']}")
    expect(page.locator("dl").first).to_contain_text("completed")
    assert site.stack.http.delete(f"/api/runs/{run['id']}").status_code == 204
    expect(page.get_by_text("was deleted").first).to_be_visible()


def test_a_cancel_in_one_tab_is_seen_in_the_other(site: Site) -> None:
    run = site.run("walk", {"steps": 1000, "pause_s": 0.05})
    one, two = (site.tab(f"/runs/{run['id']}") for _ in range(2))
    expect(two.locator("dl").first).to_contain_text("running")
    one.get_by_role("button", name="Cancel").click()
    for page in (one, two):
        expect(page.locator("dl").first).to_contain_text("cancelled")
    eventually(lambda: site.stack.run(run["id"])["status"] == "cancelled", what="the run")
