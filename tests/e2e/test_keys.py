"""Everything by keyboard: single keys, the palette, dialogs."""

import re

from playwright.sync_api import Route, expect

from site_in_browser import Site, screenshot


def test_keys_lead_to_pages_and_are_listed(site: Site) -> None:
    page = site.tab("/experiments")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("w")
    expect(page).to_have_url(f"{site.url}/workers")
    page.keyboard.press("g")
    page.keyboard.press("c")
    expect(page).to_have_url(f"{site.url}/catalogue")
    page.keyboard.press("g")
    page.keyboard.press("d")
    expect(page).to_have_url(f"{site.url}/experiments")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys.get_by_role("row").filter(has_text="New instance (dashboard)")).to_be_visible()
    screenshot(page, "keys")
    page.keyboard.press("n")  # nothing happens under a dialog
    page.keyboard.press("Escape")
    expect(keys).to_have_count(0)
    assert page.url == f"{site.url}/experiments"
    page.keyboard.press("n")
    expect(page).to_have_url(f"{site.url}/experiments/new")


def test_keys_are_letters_while_typing(site: Site) -> None:
    site.instance("walk", name="Some walk")
    page = site.tab("/experiments")
    expect(page.get_by_role("link", name="Some walk", exact=True)).to_be_visible()
    page.keyboard.press("/")
    search = page.get_by_role("searchbox", name="Search")
    expect(search).to_be_focused()
    page.keyboard.type("ngd?/r")
    expect(search).to_have_value("ngd?/r")
    expect(page.get_by_role("heading", name="No match")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.url.startswith(f"{site.url}/experiments?q=")


def test_the_palette_by_keyboard(site: Site) -> None:
    instance = site.instance("walk", {"steps": 1}, name="Unmistakable walk")
    run = site.stack.http.post(f"/api/instances/{instance['id']}/runs").json()
    site.stack.until(run["id"])
    site.instance("walk", name="Another walk")
    page = site.tab("/workers")
    expect(page.get_by_role("heading", name="Workers", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Go to")
    expect(field).to_be_focused()
    expect(page.get_by_role("option").first).to_have_text("Another walkwalk")
    page.keyboard.type("unmistak")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Unmistakable walkwalk", "Run 1 of Unmistakable walkcompleted"])
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    screenshot(page, "palette")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/runs/{run['id']}")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("unmistak")
    expect(options).to_have_count(2)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/experiments/{instance['id']}")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("new inst")
    expect(options.first).to_have_text("New instance")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/experiments/new")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("dark")
    expect(options.first).to_have_text(re.compile("dark", re.IGNORECASE))
    page.keyboard.press("Enter")
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    page.keyboard.type("zzzz")
    expect(page.get_by_text("Nothing of that name.")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)


def test_enter_in_the_palette_opens_nothing_that_does_not_fit(site: Site) -> None:
    wanted = site.instance("walk", name="Zebra crossing", description="striped")
    site.instance("walk", name="Most active")
    page = site.tab("/workers")
    expect(page.get_by_role("heading", name="Workers", exact=True)).to_be_visible()
    held: list[Route] = []
    page.route(re.compile(r"/api/instances\?.*q="), lambda route: held.append(route))
    page.keyboard.press("Control+k")
    options = page.get_by_role("option")
    expect(options.first).to_have_text("Most activewalk")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    with page.expect_request(re.compile("q=striped")):
        page.keyboard.type("striped")
        page.keyboard.press("Enter")
    page.keyboard.press("Enter")  # not answered yet
    expect(page.get_by_role("dialog", name="Palette").get_by_text("Looking…")).to_be_visible()
    for route in held:
        route.continue_()
    expect(options.first).to_have_text("Zebra crossingwalk")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{site.url}/experiments/{wanted['id']}")


def test_the_choice_in_the_palette_stays_where_the_list_moves(site: Site) -> None:
    site.instance("walk", name="Chosen in time")
    page = site.tab("/experiments")
    expect(page.get_by_role("link", name="Chosen in time", exact=True)).to_be_visible()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Go to")).to_be_focused()
    page.keyboard.type("in time")
    options = page.get_by_role("option")
    expect(options).to_have_text(["Chosen in timewalk"])
    page.keyboard.press("ArrowDown")
    site.instance("walk", name="Made in time")
    expect(options).to_have_text(["Made in timewalk", "Chosen in timewalk"])
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")


def test_from_the_dashboard_to_a_run_and_back_by_keyboard_alone(site: Site) -> None:
    site.instance("walk", {"steps": 1}, name="Keyboard walk")
    page = site.tab("/experiments")
    expect(page.get_by_role("link", name="Keyboard walk", exact=True)).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("Keyboard")
    expect(page.get_by_role("status", name="Count")).to_have_text("1 instance")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Keyboard walk":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Keyboard walk")).to_be_visible()
    page.keyboard.press("r")
    page.wait_for_url(f"{site.url}/runs/*")


def test_the_first_tab_stop_skips_to_the_content(site: Site) -> None:
    page = site.tab("/experiments")
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
