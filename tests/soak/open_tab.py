"""A tab of a real browser that stays open on the dashboard while things break."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

from playwright.sync_api import CDPSession, Page, expect

from browser import open_browser

BACK_TO_LIVE_MS = 30_000


class OpenTab:
    """What can be asked of the tab, from any thread; the browser itself belongs to one."""

    def __init__(self, thread: ThreadPoolExecutor, page: Page) -> None:
        self._thread = thread
        self._page = page
        self._devtools: CDPSession = page.context.new_cdp_session(page)

    def heap_mib(self) -> float:
        """What its scripts hold after a collection, in MiB. Raises AssertionError unless it is live again."""
        return self._thread.submit(self._measure).result()

    def _measure(self) -> float:
        live = self._page.get_by_role("status", name="Connection")
        expect(live).to_have_text("live", timeout=BACK_TO_LIVE_MS)
        self._devtools.send("HeapProfiler.collectGarbage")
        return float(self._devtools.send("Runtime.getHeapUsage")["usedSize"]) / 2**20


@contextmanager
def open_tab(url: str) -> Iterator[OpenTab]:
    """A tab on the dashboard of the server at `url`."""
    with ThreadPoolExecutor(1, thread_name_prefix="tab") as thread:
        browser = ExitStack()

        def begin() -> OpenTab:
            page = browser.enter_context(open_browser()).new_page()
            page.goto(f"{url}/experiments")
            return OpenTab(thread, page)

        try:
            yield thread.submit(begin).result()
        finally:
            thread.submit(browser.close).result()
