"""A run of several attempts on its page: what each ended with, when the next begins, who wrote a line; and silence."""

import re

import pytest
from playwright.sync_api import expect

from site_in_browser import NARROW, WIDE, Site, screenshot


def test_a_run_is_watched_over_two_attempts(site: Site) -> None:
    run = site.run("stumble", {"steps": 6}, name="Stumbles once")
    page = site.tab(f"/runs/{run['id']}")
    facts = page.locator("dl").first
    expect(page.get_by_text(re.compile(r"Attempt 2 of 3 starts in [1234] s\."))).to_be_visible()
    expect(facts).to_contain_text("1 of 3")
    screenshot(page, "attempts-waiting")
    expect(facts).to_contain_text("completed")
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


def test_a_silent_run_is_counted_down_until_it_says_something(site: Site) -> None:
    run = site.run("hush", {"pause_s": 4.5})
    page = site.tab(f"/runs/{run['id']}")
    warning = page.get_by_text(re.compile(r"No sign of life: it is ended as stalled in [123] s"))
    expect(warning).to_be_visible()
    screenshot(page, "attempts-silence")
    expect(page.locator("dl").first).to_contain_text("completed")
    expect(warning).to_have_count(0)


def test_the_catalogue_says_what_a_run_may_take(site: Site) -> None:
    page = site.tab("/catalogue")
    card = page.get_by_role("article", name="Stumble")
    for said in ("stalled after 10 m 00 s", "memory 2 GiB", "retries 2 on error, lost, after 4.0 s"):
        expect(card).to_contain_text(said)
    screenshot(page, "attempts-catalogue")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("viewport", [WIDE, NARROW])
def test_the_history_fits_every_window(site: Site, viewport: dict[str, int], dark: bool) -> None:
    run = site.finished("stumble", {"steps": 6})
    page = site.tab(f"/runs/{run['id']}", viewport=viewport, dark=dark)
    page.get_by_role("button", name="Attempt 1 ended").click()
    expect(page.get_by_role("list", name="Earlier attempts")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
    screenshot(page, f"attempts-{viewport['width']}-{'dark' if dark else 'light'}")
