"""A run of several attempts on its page: what each ended with, when the next begins, who wrote a line; and silence."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from site_in_browser import NARROW, WIDE, Site, screenshot


@pytest.fixture(scope="module", autouse=True)
def stumbled(shared_site: Site) -> dict[str, Any]:
    """A run of two attempts that is over once other tests have taken their time."""
    return shared_site.run("stumble", {"steps": 6, "until": "/"})


def test_a_run_is_watched_over_two_attempts(site: Site, tmp_path: Path) -> None:
    go_on = tmp_path / "go on"
    run = site.run("stumble", {"steps": 6, "until": str(go_on)}, name="Stumbles once")
    page = site.tab(f"/runs/{run['id']}")
    facts = page.locator("dl").first
    expect(facts).to_contain_text("running")
    go_on.touch()
    expect(page.get_by_text(re.compile(r"Attempt 2 of 3 starts in \d+ s\."))).to_be_visible()
    expect(facts).to_contain_text("1 of 3")
    screenshot(page, "attempts-waiting")
    expect(facts).to_contain_text("completed", timeout=40_000)
    expect(facts).to_contain_text("2 of 3")
    rows = page.get_by_role("region", name="Log lines").get_by_role("listitem")
    expect(rows).to_have_count(6)
    expect(rows.nth(3)).to_contain_text("#1")
    expect(rows.nth(4)).to_contain_text("Attempt 2")
    expect(rows.nth(4)).to_contain_text("#2")
    expect(rows.nth(5)).not_to_contain_text("Attempt 2")
    page.get_by_role("button", name="Attempt 1 ended").click()
    earlier = page.get_by_role("list", name="Earlier attempts")
    expect(earlier).to_contain_text("ValueError: stumbled at step 3")
    expect(earlier).to_contain_text("in stumble")
    screenshot(page, "attempts-history")


def test_a_run_of_one_attempt_says_nothing_about_attempts(site: Site) -> None:
    run = site.finished("walk")
    page = site.tab(f"/runs/{run['id']}")
    rows = page.get_by_role("region", name="Log lines").get_by_role("listitem")
    expect(rows).to_have_count(3)
    expect(rows.first).not_to_contain_text("#1")
    expect(page.get_by_role("button", name=re.compile("Attempt"))).to_have_count(0)


def test_a_silent_run_is_counted_down_until_it_says_something(site: Site, tmp_path: Path) -> None:
    quiet, go_on = tmp_path / "quiet", tmp_path / "go on"
    run = site.run("hush", {"quiet": str(quiet), "until": str(go_on)})
    page = site.tab(f"/runs/{run['id']}")
    expect(page.locator("dl").first).to_contain_text("running")
    quiet.touch()
    warning = page.get_by_text(re.compile(r"No sign of life: it is ended as stalled in \d+ s"))
    expect(warning).to_be_visible()
    screenshot(page, "attempts-silence")
    go_on.touch()
    expect(page.locator("dl").first).to_contain_text("completed")
    expect(warning).to_have_count(0)


def test_the_catalogue_says_what_a_run_may_take(site: Site) -> None:
    page = site.tab("/catalogue")
    card = page.get_by_role("article", name="Stumble")
    for said in ("stalled after 10 m 00 s", "memory 2 GiB", "retries 2 on error, lost, after 10.0 s"):
        expect(card).to_contain_text(said)
    screenshot(page, "attempts-catalogue")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_the_history_fits_every_window(
    site: Site, stumbled: dict[str, Any], viewport: dict[str, int], dark: bool
) -> None:
    site.stack.until(stumbled["id"])
    page = site.tab(f"/runs/{stumbled['id']}", viewport=viewport, dark=dark)
    page.get_by_role("button", name="Attempt 1 ended").click()
    expect(page.get_by_role("list", name="Earlier attempts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    screenshot(page, f"attempts-{viewport['width']}-{'dark' if dark else 'light'}")
