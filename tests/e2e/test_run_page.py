"""A run's page: how it stands, and everything it produced, as it happens."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from site_in_browser import NARROW, Site, screenshot


def open_run(site: Site, run_id: str, tab: str = "logs", **more: object) -> Page:
    return site.tab(f"/runs/{run_id}?tab={tab}", **more)  # type: ignore[arg-type]


def test_a_run_is_watched_from_pending_to_completed(site: Site, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    run = site.run("held", {"steps": 40, "pause_s": 0.02, "until": str(go_on)}, name="Watched run")
    page = open_run(site, run["id"])
    expect(page.get_by_role("heading", level=1)).to_have_text("Run 1")
    expect(page.get_by_role("link", name="Watched run")).to_be_visible()
    facts = page.locator("dl").first
    expect(facts).to_contain_text("running")
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_text(re.compile(r"holding · \d+ of 40 · \d+ % · about .+ left"))).to_be_visible()
    expect(facts).to_contain_text("Heartbeat")
    screenshot(page, "run-running")
    go_on.touch()
    expect(facts).to_contain_text("completed")
    expect(page.get_by_role("progressbar")).to_have_count(0)
    expect(page.get_by_role("tab", name=re.compile("Results"))).to_contain_text("2")
    expect(page.get_by_role("tab", name=re.compile("Metrics"))).to_contain_text("40")
    assert site.stack.run(run["id"])["status"] == "completed"


def test_a_failed_run_shows_why_first(site: Site) -> None:
    run = site.finished("fall", name="Falls")
    page = open_run(site, run["id"])
    failure = page.get_by_role("region", name="Failure")
    expect(failure).to_contain_text("ValueError: fell at step 3")
    expect(failure).to_contain_text("raise ValueError")
    screenshot(page, "run-failed")


def test_a_polite_run_ends_by_itself_when_cancelled(site: Site) -> None:
    run = site.run("walk", {"steps": 1000, "pause_s": 0.05})
    page = open_run(site, run["id"])
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("dl").first).to_contain_text("cancelled")
    assert site.stack.run(run["id"])["reason"] == "user"


def test_a_stubborn_run_is_counted_down_and_forced(site: Site) -> None:
    run = site.run("stubborn", {"steps": 60})
    page = open_run(site, run["id"])
    facts = page.locator("dl").first
    expect(facts).to_contain_text("running")
    page.get_by_role("button", name="Cancel").click()
    expect(facts).to_contain_text("cancelling")
    expect(page.get_by_text(re.compile(r"asked to stop, terminated in \d+ s"))).to_be_visible()
    page.get_by_role("button", name="Force").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Force run 1 to end?")
    dialog.get_by_role("button", name="Force").click()
    expect(facts).to_contain_text("cancelled")
    expect(facts).to_contain_text("forced")
    assert site.stack.run(run["id"])["reason"] == "user_forced"


def test_a_pending_run_says_why_it_waits(site: Site) -> None:
    run = site.run("nowhere")
    page = open_run(site, run["id"])
    expect(page.get_by_text("No worker serves the queue “gpu” and offers nowhere.")).to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("dl").first).to_contain_text("cancelled")


def test_a_deleted_run_leads_back_to_its_instance(site: Site) -> None:
    run = site.finished("walk", name="To be deleted")
    page = open_run(site, run["id"])
    page.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 log lines, 2 results, 3 metric points")
    dialog.get_by_role("button", name="Delete").click()
    expect(page).to_have_url(f"{site.url}/experiments/{run['instance_id']}")
    assert site.stack.http.get(f"/api/runs/{run['id']}").status_code == 404


def test_a_run_again_has_the_same_config(site: Site) -> None:
    run = site.finished("walk", {"steps": 2, "say": "again"})
    page = open_run(site, run["id"])
    page.get_by_role("button", name="Re-run").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Run 2")
    again = page.url.rsplit("/", 1)[1].split("?")[0]
    assert site.stack.until(again)["config"] == {"steps": 2, "pause_s": 0.0, "say": "again"}


def test_results_appear_as_they_are_recorded_and_open(site: Site) -> None:
    run = site.run("produce_results", {"count": 30, "pause_s": 0.1})
    page = open_run(site, run["id"], "results")
    results = page.get_by_role("region", name="Results")
    expect(results.get_by_role("button", name=re.compile("item 00003"))).to_be_visible()
    expect(results.get_by_role("status")).to_have_text("35 results")
    results.get_by_role("button", name=re.compile("^nested")).click()
    tree = page.get_by_role("tree")
    expect(tree).to_contain_text("leaf")
    expect(page).to_have_url(re.compile("result=4"))
    screenshot(page, "results")
    results.get_by_role("button", name=re.compile("^big_seed")).click()
    expect(tree).to_have_text(re.compile("4611686018427387905"))
    results.get_by_role("button", name=re.compile("^table")).click()
    page.get_by_text("Table", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("fold")
    assert page.get_by_role("table").locator("tbody tr").count() == 5
    results.get_by_role("button", name=re.compile("Sort by key")).click()
    expect(results.locator("button[aria-expanded]").first).to_contain_text("accuracy")
    results.get_by_role("searchbox", name="Search keys").fill("item 0001")
    expect(results.get_by_role("status")).to_have_text("10 results match")
    page.reload()
    expect(results.get_by_role("status")).to_have_text("10 results match")


def test_arrow_keys_go_from_result_to_result(site: Site) -> None:
    run = site.finished("produce_results", {"count": 300})
    page = open_run(site, run["id"], "results")
    results = page.get_by_role("region", name="Results")

    def at(key: str) -> None:
        row = results.get_by_role("button", name=re.compile(f"^{key}"))
        expect(row).to_be_focused()
        expect(row).to_have_attribute("aria-expanded", "true")

    results.get_by_role("button", name=re.compile("^accuracy")).click()
    page.keyboard.press("ArrowDown")
    at("big_seed")
    page.keyboard.press("ArrowUp")
    at("accuracy")
    for _ in range(60):
        page.keyboard.press("ArrowDown")
    at("item 00055")
    results.get_by_role("button", name="Sort by size").focus()
    page.keyboard.press("ArrowDown")
    expect(results.get_by_role("button", name="Sort by size")).to_be_focused()
    expect(page.get_by_role("region", name="Result item 00055")).to_be_visible()


def test_a_value_of_100_000_nodes_opens_lazily(site: Site) -> None:
    run = site.finished("produce_results", {"count": 0, "wide": 100_000})
    page = open_run(site, run["id"], "results")
    page.get_by_role("button", name=re.compile("^wide")).click()
    tree = page.get_by_role("tree")
    tree.get_by_text("group 1:", exact=False).first.click()
    assert tree.locator("[role=treeitem]").count() < 150
    tree.locator("..").evaluate("scroller => scroller.scrollTop = 100 * 22")
    tree.get_by_text("show more (400 hidden)").click()
    tree.locator("..").evaluate("scroller => scroller.scrollTop = 200 * 22")
    expect(tree.get_by_text("show more (300 hidden)")).to_be_visible()
    tree.press("Home")
    tree.press("ArrowLeft")
    expect(tree.locator("[role=treeitem]")).to_have_count(1)


def test_metrics_are_drawn_live(site: Site) -> None:
    run = site.run("draw_curves", {"metrics": 8, "points": 100, "pause_s": 0.05})
    page = open_run(site, run["id"], "metrics")
    charts = page.get_by_role("img", name=re.compile("^loss.\\d"))
    expect(charts).to_have_count(6)
    expect(page.get_by_role("img", name=re.compile("^loss.0 over 100 points"))).to_be_visible()
    page.get_by_role("button", name="Show chart of loss/7").click()
    expect(charts).to_have_count(7)
    page.get_by_role("switch", name="Log scale").click()
    screenshot(page, "metrics")
    page.reload()
    expect(charts).to_have_count(7)
    series = site.stack.http.get(f"/api/runs/{run['id']}/metrics/loss%2F0").json()
    assert series["total"] == 100


def test_metrics_are_searched_while_one_types_fast(site: Site) -> None:
    run = site.finished("draw_curves", {"metrics": 12, "points": 2})
    page = open_run(site, run["id"], "metrics")
    field = page.get_by_label("Search metrics")
    field.focus()
    page.keyboard.type("/11")
    page.keyboard.press("Home")
    page.keyboard.type("loss")
    expect(field).to_have_value("loss/11")
    expect(page).to_have_url(re.compile("q=loss%2F11"))
    found = page.get_by_role("button", name=re.compile("chart of"))
    expect(found).to_have_count(1)
    expect(found).to_have_accessible_name(re.compile("chart of loss/11$"))


def test_odd_metrics_leave_gaps(site: Site) -> None:
    run = site.finished("odd_metrics")
    page = open_run(site, run["id"], "metrics")
    expect(page.get_by_role("img", name="odd over 6 points, last 2")).to_be_visible()
    expect(page.get_by_role("img", name="single over 1 points, last 42")).to_be_visible()


def test_config_and_environment_are_those_of_the_start(site: Site) -> None:
    run = site.finished("walk", {"steps": 2})
    instance = f"/api/instances/{run['instance_id']}"
    changed = site.stack.http.patch(instance, json={"config": {"steps": 5, "say": "other"}})
    assert changed.status_code == 200
    page = open_run(site, run["id"], "config")
    expect(page.get_by_role("region", name="Frozen config")).to_contain_text("Steps")
    differences = page.get_by_role("region", name="Differs from the instance").get_by_role("row")
    expect(differences).to_have_text(["FieldThis runInstance now", "/steps25", '/say"step""other"'])
    screenshot(page, "run-config")
    page.get_by_role("tab", name="Environment").click()
    expect(page.get_by_role("region", name="Machine and code")).to_contain_text("Python")
    page.get_by_role("textbox", name="Search packages").fill("msgsp")
    expect(page.get_by_role("region", name="Packages").get_by_role("row")).to_have_text(re.compile("msgspec"))


def test_it_fits_a_narrow_screen_in_the_dark(site: Site) -> None:
    run = site.finished("produce_results")
    for tab in ("logs", "results", "metrics", "config", "environment"):
        page = open_run(site, run["id"], tab, viewport=NARROW, dark=True)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        screenshot(page, f"run-{tab}-narrow-dark")
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
