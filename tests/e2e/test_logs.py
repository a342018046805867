"""The log viewer: a hundred thousand lines, searches, links to lines, text that means harm; over the real stack."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from log_window import at_rest, down, drag, gapless, log, row, seen
from site_in_browser import NARROW, Site, screenshot
from stack import eventually

LINES = 100_000


@pytest.fixture(scope="module")
def flooded(shared_site: Site) -> dict[str, Any]:
    """A run of a hundred thousand lines."""
    return shared_site.finished("flood", {"lines": LINES})


@pytest.fixture(scope="module")
def written(shared_site: Site) -> dict[str, Any]:
    """A run with a line of each kind."""
    return shared_site.finished("written")


def test_every_line_can_be_reached(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}")
    expect(row(page, 0)).to_contain_text("line 0")
    assert gapless(at_rest(page))
    screenshot(page, "logs-wide-light")
    for share in (0.5, 0.25, 0.999, 0.5):
        drag(page, share)
        middle = int(share * LINES)
        expect(row(page, middle)).to_contain_text(f"line {middle}")
        assert gapless(at_rest(page))
    log(page).focus()
    page.keyboard.press("End")
    expect(row(page, LINES - 1)).to_contain_text(f"line {LINES - 1}")
    assert at_rest(page)[-1] == LINES - 1
    page.keyboard.press("PageUp")
    expect(row(page, LINES - 60)).to_be_visible()
    page.keyboard.press("Home")
    expect(row(page, 0)).to_be_visible()
    assert at_rest(page)[0] == 0
    drag(page, 1)
    expect(row(page, LINES - 1)).to_contain_text(f"line {LINES - 1}")
    drag(page, 0)
    expect(row(page, 0)).to_be_visible()
    page.mouse.move(600, 500)
    page.mouse.wheel(0, 400)
    expect(row(page, 50)).to_be_visible()
    assert gapless(at_rest(page))
    assert at_rest(page)[0] == 400 // 24  # a wheel moves by true pixels; a row has 24


def test_level_chips_have_true_counts_and_filter(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}")
    levels = page.get_by_role("group", name="Levels")
    counts = flooded["counts"]["logs"]
    assert counts == {"debug": 25_000, "info": 74_000, "warn": 900, "error": 100}
    for level, count in counts.items():
        expect(levels.get_by_role("button", name=level)).to_have_text(f"{level} {count:,}")
    levels.get_by_role("button", name="warn").click()
    expect(row(page, 99)).to_contain_text("line 99")
    assert at_rest(page)[:10] == [99 + 100 * place for place in range(10)]
    expect(page).to_have_url(re.compile(r"level=warn"))
    log(page).focus()
    page.keyboard.press("End")
    expect(row(page, LINES - 1)).to_contain_text("error")
    drag(page, 0.5)
    expect(row(page, 49_999)).to_be_visible()
    page.keyboard.press("Home")
    expect(row(page, 99)).to_be_visible()
    assert at_rest(page)[0] == 99
    # Walking down true pixels meets every line of that level, without a gap at the joints of pages.
    met: list[int] = []
    while not met or met[-1] < 30_099:
        met += [offset for offset in seen(page) if offset not in met]
        # Faster than the next page comes, the way ends at the last hit that is there.
        while seen(page)[-1] == met[-1]:
            down(page)
    assert met == [99 + 100 * place for place in range(len(met))]
    levels.get_by_role("button", name="debug").click()
    expect(row(page, 0)).to_be_visible()
    expect(page).not_to_have_url(re.compile(r"level="))


def test_walking_down_waits_for_hits_that_are_on_their_way(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}?level=warn")
    expect(row(page, 99)).to_be_visible()
    held: list[Route] = []
    page.route(re.compile(r"/logs\?.*\bafter="), lambda route: held.append(route))
    for _ in range(20):  # more than 15 rows each; 200 are there
        down(page)
    eventually(lambda: at_rest(page)[-1] == 199 * 100 + 99 and held, what="the last line there is, and the question")
    assert len(held) == 1
    held[0].continue_()
    page.unroute_all()
    expect(row(page, 200 * 100 + 99)).to_be_attached()
    down(page)
    assert {200 * 100 + 99, 201 * 100 + 99} < set(at_rest(page))


def test_searching_counts_marks_and_leads_from_hit_to_hit(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}")
    expect(row(page, 0)).to_be_visible()
    page.keyboard.press("Control+f")
    search = page.get_by_role("textbox", name="Search log lines")
    expect(search).to_be_focused()
    search.fill("LINE 777")
    hits = page.get_by_role("status", name="Hits")
    expect(hits).to_have_text("111 hits")
    expect(row(page, 777)).to_be_visible()
    assert at_rest(page)[:4] == [777, 7770, 7771, 7772]
    expect(row(page, 777).locator("mark")).to_have_text("line 777")
    search.press("Enter")
    expect(hits).to_have_text("1 of 111 hits")
    search.press("Enter")
    expect(row(page, 7770)).to_have_attribute("aria-current", "true")
    expect(hits).to_have_text("2 of 111 hits")
    expect(page).to_have_url(re.compile(r"q=LINE\+777&.*line=7770"))
    screenshot(page, "logs-search-light")
    search.press("Shift+Enter")
    search.press("Shift+Enter")
    # On from the other end.
    expect(row(page, 77_799)).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="In context", exact=True).click()
    expect(row(page, 77_798)).to_be_visible()
    expect(row(page, 77_800)).to_be_visible()
    expect(row(page, 77_799).locator("mark")).to_have_text("line 777")
    page.keyboard.press("F3")
    expect(row(page, 777)).to_have_attribute("aria-current", "true")
    expect(row(page, 776)).to_be_visible()
    page.get_by_role("button", name="In context", exact=True).click()
    expect(row(page, 776)).to_have_count(0)
    expect(row(page, 7770)).to_be_visible()
    row(page, 7775).hover()
    page.get_by_role("button", name="Show line 7775 in context").click()
    expect(row(page, 7780)).to_be_visible()
    search.focus()
    search.press("Escape")
    expect(log(page)).to_be_focused()
    expect(search).to_have_value("")
    expect(page).not_to_have_url(re.compile(r"q="))
    page.keyboard.press("/")
    expect(search).to_be_focused()


def test_a_regular_expression_and_what_is_wrong_with_one(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}?q=line+9%7B3%7D%24&regex=true")
    hits = page.get_by_role("status", name="Hits")
    expect(hits).to_have_text("1 hit")
    expect(row(page, 999).locator("mark")).to_have_text("line 999")
    search = page.get_by_role("textbox", name="Search log lines")
    search.fill("line (")
    expect(page.get_by_role("alert")).to_have_text("is not a regular expression: parentheses () not balanced")
    expect(page.get_by_role("heading", name="Nothing was searched")).to_be_visible()
    screenshot(page, "logs-fault-light")
    page.get_by_role("button", name="Regular expression").click()
    expect(page.get_by_role("heading", name="No line matches")).to_be_visible()
    expect(hits).to_have_text("no hits")
    page.get_by_role("button", name="Clear filters").click()
    expect(row(page, 0)).to_be_visible()
    expect(search).to_have_value("")


def test_a_link_to_a_line_survives_a_reload(site: Site, flooded: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{flooded['id']}?line=61803")
    expect(row(page, 61_803)).to_have_attribute("aria-current", "true")
    expect(row(page, 61_803)).to_contain_text("line 61803")
    assert 61_803 in at_rest(page)[5:-5]
    row(page, 61_805).get_by_role("link", name="Line 61805").click()
    expect(page).to_have_url(re.compile(r"line=61805"))
    before = at_rest(page)
    page.reload()
    expect(row(page, 61_805)).to_have_attribute("aria-current", "true")
    expect(row(page, 61_805)).to_contain_text("line 61805")
    after = at_rest(page)
    assert 61_805 in after
    assert abs(len(before) - len(after)) <= 1  # a row more or less is at the edges
    page.get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"2\d{3}-.*Z #1 INFO  line 61805", copied)


def test_metadata_opens_and_stays_open(site: Site, written: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{written['id']}")
    metadata = row(page, 0).get_by_role("button", name="Metadata")
    expect(metadata).to_have_attribute("aria-expanded", "false")
    expect(metadata).to_contain_text("step=3 nested={…} text=<b>bold</b>")
    metadata.click()
    shown = json.loads(row(page, 0).locator("pre").inner_text())
    assert shown == {"step": 3, "nested": {"list": [1, 2], "big": 2**60}, "text": "<b>bold</b>"}
    screenshot(page, "logs-written-light")


def test_everything_in_a_row_is_reached_by_keys(site: Site, written: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{written['id']}")
    expect(row(page, 0).get_by_role("button", name="Metadata")).to_be_visible()
    log(page).focus()
    page.keyboard.press("Tab")
    expect(row(page, 0).get_by_role("link", name="Line 0")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"line=0"))
    expect(row(page, 0)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(row(page, 0).locator("pre")).to_be_visible()
    page.keyboard.press("Enter")
    expect(row(page, 0).locator("pre")).to_have_count(0)
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("/")
    page.keyboard.type("wfw")
    expect(page.get_by_role("textbox", name="Search log lines")).to_have_value("wfw")
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "true")


AXE = (Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js").read_text()


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_fault(site: Site, written: dict[str, Any], dark: bool) -> None:
    page = site.tab(f"/runs/{written['id']}?line=1", dark=dark)
    expect(row(page, 1)).to_be_visible()
    page.evaluate(AXE)
    found = page.evaluate("() => axe.run(document.querySelector('main'))")["violations"]
    assert [(fault["id"], [node["html"][:200] for node in fault["nodes"]]) for fault in found] == []


def test_text_that_means_harm_is_only_text(site: Site, written: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{written['id']}")
    expect(row(page, 6)).to_be_visible()
    expect(page).to_have_title("Run 1 · written · Athanor")
    expect(row(page, 2)).to_contain_text("<img src=x onerror=\"document.title='taken'\">")
    expect(row(page, 3)).to_contain_text("<script>document.title='taken'</script>")
    expect(row(page, 4)).to_contain_text("right <U+202E>to left<U+202C> and <U+2066>isolated<U+2069>")
    expect(row(page, 5)).to_contain_text("bell ^G back^Hspace ^[]0;title^G ^[[2K erased")
    expect(row(page, 6)).to_contain_text("nul ␀ and <U+009B>31m")
    expect(row(page, 1)).to_contain_text("red and bold green, then plain")
    assert log(page).locator("img, script").count() == 0
    expect(page).to_have_title("Run 1 · written · Athanor")
    red, plain = (
        row(page, 1).locator("span", has_text=re.compile(rf"^{text}$")).first.evaluate("e => getComputedStyle(e).color")
        for text in ("red", "warn")
    )
    assert red != plain


def test_repeats_are_one_row_until_asked_for(site: Site, written: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{written['id']}")
    expect(row(page, 7)).to_contain_text("again× 37")
    expect(row(page, 8)).to_have_count(0)
    expect(row(page, 44)).to_contain_text("several")
    row(page, 7).get_by_role("button", name="× 37").click()
    expect(row(page, 8)).to_contain_text("again")
    row(page, 7).get_by_role("button", name="join repeats").click()
    expect(row(page, 8)).to_have_count(0)
    page.get_by_role("button", name="Join repeats").click()
    expect(row(page, 8)).to_be_visible()
    log(page).focus()
    page.keyboard.press("End")
    last = len(site.stack.lines(written["id"])) - 1
    expect(row(page, last)).to_contain_text("the last line")
    assert at_rest(page)[-1] == last
    expect(row(page, 45)).to_contain_text("stdout")
    expect(row(page, 46)).to_contain_text("stderr")
    page.keyboard.press("w")
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("End")
    expect(row(page, last)).to_be_in_viewport()
    expect(row(page, last - 1)).to_have_attribute("data-continued", "true")
    page.reload()
    expect(page.get_by_role("button", name="Wrap")).to_have_attribute("aria-pressed", "true")
    expect(row(page, 8)).to_be_visible()


def test_no_lines_at_all(site: Site) -> None:
    run = site.finished("flood", {"lines": 0})
    page = site.tab(f"/runs/{run['id']}")
    expect(page.get_by_role("heading", name="This run wrote no log lines")).to_be_visible()
    waiting = site.run("nowhere")
    page = site.tab(f"/runs/{waiting['id']}")
    expect(page.get_by_text("The run has not started.")).to_be_visible()


def test_downloads_and_full_screen(site: Site, written: dict[str, Any]) -> None:
    page = site.tab(f"/runs/{written['id']}")
    page.get_by_role("button", name="Download").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="JSON lines").click()
    lines = [json.loads(line) for line in download.value.path().read_text().splitlines()]
    assert lines == site.stack.lines(written["id"])
    page.get_by_role("button", name="Full screen").click()
    expect(page.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "true")
    at_rest(page)
    box = log(page).bounding_box()
    assert box is not None
    assert box["height"] > 800
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Full screen")).to_have_attribute("aria-pressed", "false")


@pytest.mark.parametrize("dark", [False, True])
def test_a_narrow_window(site: Site, written: dict[str, Any], dark: bool) -> None:
    page = site.tab(f"/runs/{written['id']}", viewport=NARROW, dark=dark)
    expect(row(page, 0)).to_contain_text("plain")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert log(page).evaluate("list => list.scrollWidth <= list.clientWidth + 1")
    screenshot(page, f"logs-narrow-{'dark' if dark else 'light'}")
    log(page).focus()
    page.keyboard.press("End")
    last = len(site.stack.lines(written["id"])) - 1
    expect(row(page, last)).to_be_in_viewport()
    page.keyboard.press("Home")
    expect(row(page, 0)).to_be_in_viewport()
    wide = site.tab(f"/runs/{written['id']}?q=red", dark=dark)
    expect(row(wide, 1)).to_be_visible()
    screenshot(wide, f"logs-hit-{'dark' if dark else 'light'}")
    wide = site.tab(f"/runs/{written['id']}", dark=dark)
    expect(row(wide, 1)).to_be_visible()
    screenshot(wide, f"logs-written-{'dark' if dark else 'light'}")
