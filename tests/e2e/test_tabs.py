"""Several tabs, and a server that goes away: everybody sees the same, and nobody presses refresh."""

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from site_in_browser import Site, screenshot


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name="Instances").get_by_role("row").filter(has=page.get_by_text(name, exact=True))


def test_started_in_one_tab_watched_in_the_others(site: Site, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    instance = site.instance("held", {"steps": 6, "until": str(go_on)}, name="Shared run")
    site.instance("walk", name="Bystander")
    dashboard, page = site.tab("/experiments"), site.tab(f"/experiments/{instance['id']}")
    acting = site.tab("/experiments")
    watched = row(dashboard, "Shared run").get_by_role("cell")
    expect(watched.nth(3)).to_have_text("no run yet")
    expect(page.get_by_role("heading", name="No runs yet")).to_be_visible()

    acting.get_by_role("button", name="Start run of Shared run").click()
    expect(watched.nth(3)).to_have_text("running")
    expect(watched.nth(5)).to_have_text("1 running")
    expect(dashboard.get_by_role("navigation", name="Overview").get_by_role("link", name="1 running")).to_be_visible()
    expect(page.get_by_role("table", name="Runs").get_by_text("running", exact=True)).to_be_visible()
    # Nobody is at the watching tab's table: what is active comes to the top by itself.
    expect(dashboard.locator("tbody tr[data-index]").first).to_contain_text("Shared run")

    go_on.touch()
    expect(watched.nth(3)).to_have_text("completed")
    expect(watched.nth(4).get_by_role("link")).to_have_accessible_name("Newest run: completed")
    expect(watched.nth(5)).to_have_text("1 completed")
    expect(page.get_by_role("table", name="Runs").get_by_text("completed", exact=True)).to_be_visible()
    expect(page.get_by_role("table", name="Runs")).to_contain_text("6 of 6")


def test_renamed_elsewhere(site: Site) -> None:
    instance = site.instance("walk", name="Old name")
    dashboard, page = site.tab("/experiments"), site.tab(f"/experiments/{instance['id']}")
    expect(row(dashboard, "Old name")).to_be_visible()
    expect(page.get_by_role("heading", name="Old name")).to_be_visible()
    answer = site.stack.http.patch(f"/api/instances/{instance['id']}", json={"name": "New name", "tags": ["fresh"]})
    assert answer.status_code == 200
    expect(row(dashboard, "New name")).to_contain_text("fresh")
    expect(page.get_by_role("heading", name="New name")).to_be_visible()


def test_the_server_goes_and_comes_back(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Patient walk")
    page = site.tab("/experiments")
    mark = page.get_by_role("status", name="Connection")
    expect(mark).to_have_text("live")
    expect(row(page, "Patient walk")).to_be_visible()

    site.stack.kill_server()
    expect(mark).to_contain_text("offline")
    expect(row(page, "Patient walk")).to_be_visible()
    page.get_by_role("button", name="Start run of Patient walk").click()
    refused = page.get_by_role("alert").filter(has_text="Start run of Patient walk: not done")
    expect(refused).to_contain_text("The server does not answer")
    screenshot(page, "dashboard-offline")

    site.stack.start_server()
    expect(mark).to_have_text("live")
    run = site.stack.http.post(f"/api/instances/{instance['id']}/runs").json()
    site.stack.until(run["id"])
    expect(row(page, "Patient walk").get_by_role("cell").nth(3)).to_have_text("completed")
    # What happened while the server was away is there too: a page that was opened then fills by itself.
    site.stack.kill_server()
    expect(mark).to_contain_text("offline")
    page.get_by_role("link", name="Patient walk", exact=True).click()
    expect(page.get_by_role("heading", name="The server does not answer")).to_have_count(0)
    site.stack.start_server()
    expect(page.get_by_role("heading", name="Patient walk")).to_be_visible()
    expect(page.get_by_role("table", name="Runs").get_by_text("completed", exact=True)).to_be_visible()
