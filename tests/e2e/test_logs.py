"""The log viewer: a hundred thousand lines, live lines, searches, links to lines; all over the real stack."""

from playwright.sync_api import Locator, Page, expect

from site_in_browser import Site, screenshot

LINES = 100_000


def log(page: Page) -> Locator:
    return page.get_by_role("region", name="Log lines")


def row(page: Page, offset: int) -> Locator:
    return log(page).locator(f"[data-offset='{offset}']")


def seen(page: Page) -> list[int]:
    """The offsets of the rows within the window's edges."""
    return list(
        log(page).evaluate(
            """list => {
              const edge = list.getBoundingClientRect()
              return [...list.querySelectorAll('[data-offset]')].filter(row => {
                const box = row.getBoundingClientRect()
                return box.bottom > edge.top + 1 && box.top < edge.bottom - 1
              }).map(row => Number(row.dataset.offset))
            }"""
        )
    )


def drag(page: Page, share: float) -> None:
    """The scrollbar to a place from 0 (top) to 1 (bottom)."""
    log(page).evaluate("(list, share) => { list.scrollTop = share * (list.scrollHeight - list.clientHeight) }", share)


def test_a_hundred_thousand_lines(site: Site) -> None:
    run = site.finished("flood", {"lines": LINES})
    page = site.tab(f"/runs/{run['id']}")
    expect(row(page, 0)).to_contain_text("line 0")
    screenshot(page, "logs-wide-light")
    drag(page, 0.5)
    expect(row(page, LINES // 2)).to_contain_text(f"line {LINES // 2}")
    assert seen(page) == list(range(seen(page)[0], seen(page)[-1] + 1))
    log(page).focus()
    page.keyboard.press("End")
    expect(row(page, LINES - 1)).to_contain_text(f"line {LINES - 1}")
    assert seen(page)[-1] == LINES - 1
    page.keyboard.press("Home")
    expect(row(page, 0)).to_be_visible()
    assert seen(page)[0] == 0
