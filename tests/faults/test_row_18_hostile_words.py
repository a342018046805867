"""Row 18 in a real browser: whatever an experiment calls itself, logs, records or raises stays words on every page."""

import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Dialog, Page, expect

from athanor.db.migrate import upgrade
from browser import open_browser
from conftest import Backend
from servers import Servers
from site_in_browser import NARROW, Site, screenshot
from stack import Stack

MODULES = Path(__file__).parent / "row_18_modules"
# The very words that the experiment uses.
PAYLOADS: tuple[str, ...] = runpy.run_path(str(MODULES / "hostile.py"))["PAYLOADS"]
HOSTILE = " ".join(PAYLOADS)

# What a page must not hold when it is made of nothing but its own parts and other people's words.
FOREIGN_PARTS = """
() => [...document.querySelectorAll('*')].flatMap((element) => {
  const found = []
  const say = (what) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`)
  if (['IFRAME', 'OBJECT', 'EMBED', 'BASE', 'FRAME'].includes(element.tagName)) say('foreign element')
  if (element.tagName === 'SCRIPT' && !(element.src.startsWith(`${location.origin}/assets/`))) say('foreign script')
  if (element.tagName === 'META' && element.httpEquiv === 'refresh') say('leads away')
  for (const { name, value } of element.attributes) {
    if (name.startsWith('on')) say('handler')
    if (!['href', 'src', 'action', 'formaction', 'data', 'srcdoc', 'xlink:href'].includes(name)) continue
    const url = new URL(value, location.href)
    const isOwn = ['http:', 'https:'].includes(url.protocol) && url.origin === location.origin
    const isInside = value.startsWith('#') || (element.tagName === 'IMG' && /^(data|blob):/.test(value))
    if (!isOwn && !isInside) say(`leads to ${url.protocol}//${url.host}`)
  }
  return found
})
"""


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_EXPERIMENTS=str(MODULES),
    )
    try:
        stack.start_server()
        stack.start_worker()
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


@pytest.fixture
def site(shared_site: Site) -> Iterator[Site]:
    yield shared_site
    shared_site.end_test()


@pytest.fixture(scope="module")
def failed(shared_site: Site) -> dict[str, Any]:
    return made(shared_site, "badly")


@pytest.fixture(scope="module")
def completed(shared_site: Site) -> dict[str, Any]:
    return made(shared_site, "well")


def made(site: Site, ends: str) -> dict[str, Any]:
    """A run of an instance with hostile words wherever a person may put some."""
    details = {"description": HOSTILE, "tags": [payload for payload in PAYLOADS if len(payload) <= 50][:6]}
    instance = site.instance("hostile", {"ends": ends}, **{"name": HOSTILE[:200], **details})
    run = site.stack.http.post(f"/api/instances/{instance['id']}/runs").json()
    return site.stack.until(run["id"])


class Watched:
    """A tab in which nothing of anybody else's may happen."""

    def __init__(self, site: Site, path: str, **options: Any) -> None:
        self.page: Page = site.tab("/workers", **options)
        self.dialogs: list[str] = []
        self.page.on("dialog", self._dialog)
        self.page.goto(f"{site.url}{path}")

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open_everything(self) -> None:
        """All that can be unfolded; what unfolds may bring more of it."""
        self.page.evaluate(
            """async () => {
              for (let round = 0; round < 4; round++) {
                for (const button of document.querySelectorAll('main button[aria-expanded=false]')) button.click()
                for (let frame = 0; frame < 5; frame++) await new Promise(requestAnimationFrame)
              }
            }"""
        )

    def is_unharmed(self) -> None:
        assert self.page.evaluate("globalThis.taken") is None
        assert self.page.evaluate("document.title").lower() != "taken"
        assert self.page.evaluate(FOREIGN_PARTS) == []
        assert self.dialogs == []
        assert len(self.page.context.pages) == 1


def test_lists_of_instances_and_runs(site: Site, failed: dict[str, Any]) -> None:
    for path, name in (("/experiments", "dashboard"), (f"/experiments/{failed['instance_id']}", "instance")):
        for options in ({}, {"viewport": NARROW}):
            tab = Watched(site, path, **options)
            expect(tab.page.get_by_text("<script>globalThis.taken=1</script>").first).to_be_visible()
            tab.is_unharmed()
            screenshot(tab.page, f"hostile-{name}{'-narrow' if options else ''}")


def test_the_catalogue_shows_titles_fields_and_tracebacks_as_words(site: Site, completed: dict[str, Any]) -> None:
    tab = Watched(site, "/catalogue")
    expect(tab.page.get_by_text("<script>globalThis.taken=1</script>").first).to_be_visible()
    expect(tab.page.get_by_text("hostile_module").first).to_be_visible()
    tab.open_everything()
    expect(tab.page.get_by_text("RuntimeError: <script>").first).to_be_visible()
    tab.is_unharmed()
    screenshot(tab.page, "hostile-catalogue")


@pytest.mark.parametrize("tab_name", ["logs", "results", "metrics", "config", "environment"])
def test_the_tabs_of_a_run(site: Site, failed: dict[str, Any], tab_name: str) -> None:
    tab = Watched(site, f"/runs/{failed['id']}?tab={tab_name}")
    expect(tab.page.get_by_role("tab", selected=True)).to_have_text(re.compile(f"^{tab_name}", re.IGNORECASE))
    shown = tab.page.get_by_role("tabpanel")
    expect(shown).to_be_visible()
    if tab_name != "environment":
        expect(tab.page.get_by_text("globalThis.taken=1").first).to_be_visible()
    tab.open_everything()
    tab.is_unharmed()
    screenshot(tab.page, f"hostile-run-{tab_name}")


def test_every_line_and_value_can_be_read_and_searched(site: Site, completed: dict[str, Any]) -> None:
    lines = site.stack.lines(completed["id"])
    for payload in PAYLOADS:
        assert payload in [line["message"] for line in lines]
    tab = Watched(site, f"/runs/{completed['id']}?q=%3Cscript%3E")
    expect(tab.page.get_by_role("region", name="Log lines")).to_contain_text("<script>globalThis.taken=1</script>")
    tab.is_unharmed()


def test_forms_are_made_of_hostile_schemas(site: Site, completed: dict[str, Any]) -> None:
    instance = completed["instance_id"]
    for path in (
        "/experiments/new?experiment=hostile",
        f"/experiments/{instance}/edit",
        f"/experiments/{instance}/run",
    ):
        tab = Watched(site, path)
        expect(tab.page.get_by_text("globalThis.taken=1").first).to_be_visible()
        for choice in tab.page.get_by_role("combobox").all():
            choice.click()
            tab.page.keyboard.press("Escape")
        tab.is_unharmed()
        screenshot(tab.page, f"hostile-form-{path.rpartition('/')[2].partition('?')[0]}")


def test_the_palette_and_notices(site: Site, completed: dict[str, Any]) -> None:
    tab = Watched(site, "/experiments")
    expect(tab.page.get_by_text("<script>globalThis.taken=1</script>").first).to_be_visible()
    tab.page.keyboard.press("Control+k")
    expect(tab.page.get_by_role("dialog")).to_be_visible()
    tab.page.keyboard.type("script")
    expect(tab.page.get_by_role("dialog")).to_contain_text("<script>")
    tab.is_unharmed()
    screenshot(tab.page, "hostile-palette")
    tab.page.keyboard.press("Escape")
    tab.page.get_by_role("button", name="Start run").first.click()
    expect(tab.page.get_by_text("Run started")).to_be_visible()
    tab.is_unharmed()
    newest = site.stack.http.get("/api/runs", params={"sort": "created_at", "order": "desc", "limit": 1}).json()
    site.stack.until(newest["items"][0]["id"])


@pytest.mark.parametrize("form", ["txt", "jsonl"])
def test_a_download_is_no_page(site: Site, completed: dict[str, Any], form: str) -> None:
    answer = site.stack.http.get(f"/api/runs/{completed['id']}/logs/download?format={form}")
    assert "html" not in answer.headers["content-type"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("attachment")


def test_an_answer_of_the_api_opened_as_a_page_runs_nothing(site: Site, completed: dict[str, Any]) -> None:
    for path in (f"/api/runs/{completed['id']}/logs", f"/api/runs/{completed['id']}/results", "/api/experiments"):
        tab = Watched(site, path)
        assert tab.page.evaluate("document.contentType") == "application/json"
        assert tab.page.evaluate("globalThis.taken") is None
        assert tab.page.evaluate("document.querySelectorAll('script, iframe, img').length") == 0
