"""The log viewer in a browser, as a test looks at it and moves it."""

from playwright.sync_api import Locator, Page


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


def at_rest(page: Page) -> list[int]:
    """The offsets seen, once two looks with frames between them agree: what was under way is drawn."""
    before: list[int] = []
    while (now := seen(page)) != before:
        before = now
        page.evaluate(
            """() => new Promise(done => {
              let frames = 6
              const next = () => (frames -= 1) ? requestAnimationFrame(next) : done()
              next()
            })"""
        )
    return now


def drag(page: Page, share: float) -> None:
    """The scrollbar to a place from 0 (top) to 1 (bottom)."""
    log(page).evaluate("(list, share) => { list.scrollTop = share * (list.scrollHeight - list.clientHeight) }", share)


def down(page: Page) -> None:
    """A window further down, as by a wheel."""
    log(page).evaluate(
        """list => new Promise(done => {
          list.scrollTop += list.clientHeight
          requestAnimationFrame(() => requestAnimationFrame(done))
        })"""
    )


def gapless(offsets: list[int]) -> bool:
    return len(offsets) > 15 and offsets == list(range(offsets[0], offsets[-1] + 1))


def until_past(page: Page, offset: int) -> None:
    """Until a line from `offset` on is drawn; those before it may be gone by already."""
    page.wait_for_function(
        "offset => [...document.querySelectorAll('[data-offset]')].some(row => Number(row.dataset.offset) >= offset)",
        arg=offset,
    )
