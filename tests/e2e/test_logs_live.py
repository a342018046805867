"""Lines as they come: followed, left, caught up with after the server died, and none lost or twice."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from log_window import at_rest, down, log, row, seen, until_past
from site_in_browser import Site, screenshot


def rows_shown(page: Page) -> list[tuple[int, str]]:
    return [
        (offset, text)
        for offset, text in log(page).evaluate(
            """list => [...list.querySelectorAll('[data-offset]')].filter(row => row.dataset.level).map(row =>
              [Number(row.dataset.offset), row.innerText])"""
        )
    ]


def every_line(page: Page, site: Site, run_id: str) -> None:
    """From the first to the last row, the page shows what REST has: each line once, in order."""
    stored = {line["offset"]: line["message"] for line in site.stack.lines(run_id)}
    log(page).focus()
    page.keyboard.press("Home")
    expect(row(page, 0)).to_have_attribute("data-level", "info")
    met: dict[int, str] = {}
    while len(met) < len(stored):
        expect(log(page).locator("[data-offset]:not([data-level])")).to_have_count(0)
        shown = rows_shown(page)
        offsets = [offset for offset, _ in shown]
        assert offsets == list(range(offsets[0], offsets[-1] + 1))
        met.update(shown)
        if offsets[-1] == len(stored) - 1:
            break
        down(page)
        expect(row(page, offsets[-1] + 1)).to_have_count(1)
    assert list(met) == sorted(stored)
    assert all(message in met[offset] for offset, message in stored.items())


def test_five_thousand_lines_a_second_are_followed_and_left(site: Site) -> None:
    run = site.run("flood", {"lines": 60_000, "per_second": 5_000})
    page = site.tab(f"/runs/{run['id']}")
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    site.stack.until_lines(run["id"], 5_000, seconds=60)
    page.mouse.move(600, 500)
    page.mouse.wheel(0, -300)
    expect(follow).to_have_attribute("aria-pressed", "false")
    newer = page.get_by_role("button", name="new lines")
    expect(newer).to_be_visible()
    before = at_rest(page)
    screenshot(page, "logs-new-lines-light")
    top = row(page, before[5]).bounding_box()
    at = sum(site.stack.run(run["id"])["counts"]["logs"].values())
    site.stack.until_lines(run["id"], min(at + 10_000, 60_000), seconds=60)
    # Whatever came, what is read has not moved.
    assert row(page, before[5]).bounding_box() == top
    assert seen(page) == before
    newer.click()
    expect(follow).to_have_attribute("aria-pressed", "true")
    expect(newer).to_have_count(0)
    site.stack.until(run["id"])
    expect(row(page, 59_999)).to_contain_text("line 59999")
    expect(follow).to_be_disabled()
    assert at_rest(page)[-1] == 59_999
    counts = site.stack.run(run["id"])["counts"]["logs"]
    levels = page.get_by_role("group", name="Levels")
    expect(levels.get_by_role("button", name="info")).to_have_text(f"info {counts['info']:,}")


@pytest.mark.parametrize("search", ["", "?level=info", "?q=step"])
def test_who_follows_sees_the_last_lines_of_a_run_that_ends(site: Site, tmp_path: Path, search: str) -> None:
    go_on = tmp_path / "go on"
    run = site.run("held", {"steps": 300, "until": str(go_on)})
    page = site.tab(f"/runs/{run['id']}{search}")
    expect(row(page, 149)).to_be_visible()
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "true")
    go_on.touch()
    site.stack.until(run["id"])
    expect(row(page, 299)).to_be_in_viewport()
    expect(follow).to_be_disabled()
    expect(follow).to_have_attribute("aria-pressed", "false")
    assert at_rest(page)[-1] == 299


def test_the_server_dies_under_an_open_page(site: Site) -> None:
    run = site.run("talk")
    page = site.tab(f"/runs/{run['id']}")
    until_past(page, 100)
    site.stack.kill_server()
    expect(page.get_by_role("status", name="Connection")).to_contain_text("offline")
    # What is not at hand cannot be read now, what is there stays in reach.
    newest = seen(page)[-1]
    log(page).focus()
    page.keyboard.press("Home")
    expect(row(page, 0)).to_be_in_viewport()
    log(page).press("End")
    expect(row(page, newest)).to_be_in_viewport()
    site.stack.start_server()
    expect(page.get_by_role("status", name="Connection")).to_have_text("live")
    there = sum(site.stack.run(run["id"])["counts"]["logs"].values())
    until_past(page, there + 50)
    site.stack.cancel(run["id"])
    done = site.stack.until(run["id"])
    assert done["status"] == "cancelled"
    expect(page.get_by_role("button", name="Follow")).to_be_disabled()
    every_line(page, site, run["id"])


def test_what_cannot_be_read_while_the_server_is_away_comes_by_itself(site: Site) -> None:
    run = site.finished("flood", {"lines": 20_000})
    page = site.tab(f"/runs/{run['id']}")
    expect(row(page, 0)).to_contain_text("line 0")
    site.stack.kill_server()
    log(page).focus()
    page.keyboard.press("End")
    expect(page.get_by_role("alert")).to_contain_text("The server does not answer")
    screenshot(page, "logs-offline-light")
    site.stack.start_server()
    expect(row(page, 19_999)).to_contain_text("line 19999")
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("search", ["", "?q=line"])
def test_what_failed_while_the_database_was_away_comes_by_itself(site: Site, search: str) -> None:
    run = site.finished("flood", {"lines": 20_000})
    page = site.tab(f"/runs/{run['id']}{search}")
    expect(row(page, 0)).to_contain_text("line 0")
    problem = {"title": "The database is away", "detail": "It comes back.", "status": 503, "errors": []}
    page.route(re.compile(r"/logs\?"), lambda route: route.fulfill(status=503, json=problem))
    log(page).focus()
    page.keyboard.press("End")
    expect(page.get_by_role("alert")).to_contain_text("The database is away")
    page.unroute_all()
    expect(row(page, 19_999)).to_contain_text("line 19999")
    expect(page.get_by_role("alert")).to_have_count(0)
    site.meant("status of 503")


def test_a_selection_an_open_row_and_the_focus_stay_where_they_are(site: Site) -> None:
    run = site.run("talk")
    page = site.tab(f"/runs/{run['id']}")
    until_past(page, 60)
    page.keyboard.press("f")
    follow = page.get_by_role("button", name="Follow")
    expect(follow).to_have_attribute("aria-pressed", "false")
    chosen = at_rest(page)[3]
    row(page, chosen).get_by_role("button", name="Metadata").click()
    expect(row(page, chosen).locator("pre")).to_be_visible()
    place = row(page, chosen).bounding_box()
    row(page, chosen).locator("[class*=text]").first.dblclick(position={"x": 4, "y": 8})
    words = page.evaluate("String(document.getSelection())")
    assert words.strip() == "line"
    metadata: Any = row(page, chosen).get_by_role("button", name="Metadata")
    metadata.focus()
    at = sum(site.stack.run(run["id"])["counts"]["logs"].values())
    site.stack.until_lines(run["id"], at + 200)
    expect(page.get_by_role("button", name="new lines")).to_be_visible()
    assert row(page, chosen).bounding_box() == place
    expect(metadata).to_be_focused()
    assert page.evaluate("String(document.getSelection())") == words
    metadata.press("Enter")
    expect(row(page, chosen).locator("pre")).to_have_count(0)
    page.keyboard.press("f")
    expect(follow).to_have_attribute("aria-pressed", "true")
    site.stack.cancel(run["id"])


def test_hits_come_live(site: Site) -> None:
    run = site.run("talk")
    page = site.tab(f"/runs/{run['id']}?q=line+1")
    hits = page.get_by_role("status", name="Hits")
    until_past(page, 100)
    until_past(page, 150)
    site.stack.cancel(run["id"])
    site.stack.until(run["id"])
    lines = [line for line in site.stack.lines(run["id"]) if "line 1" in line["message"]]
    expect(hits).to_have_text(f"{len(lines):,} hits")
    log(page).focus()
    page.keyboard.press("End")
    expect(row(page, lines[-1]["offset"])).to_be_visible()
