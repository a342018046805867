"""The API reference in a real browser: offline, under our CSP, without one complaint in the console."""

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request

from api_serving import Running, serving, whole_api
from browser import open_browser


@pytest.fixture(scope="module")
def api() -> Iterator[Running]:
    with serving(whole_api) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


class Visit:
    """A page, with everything it complained about and every address it asked for."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.addresses: list[str] = []
        page.on("console", lambda message: self.complaints.append(message.text) if message.type != "log" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("requestfailed", lambda request: self.complaints.append(f"failed: {request.url}"))
        page.on("request", self._asked)

    def _asked(self, request: Request) -> None:
        self.addresses.append(request.url)


@pytest.fixture
def visit(browser: Browser) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    yield Visit(context.new_page())
    context.close()


def test_the_reference_shows_every_operation_and_can_try_one(api: Running, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{api.url}/api/docs")
    page.wait_for_selector(".opblock")
    operations = [
        (method, path)
        for path, methods in api.client.get("/api/openapi.json").json()["paths"].items()
        for method in methods
    ]
    assert page.locator(".opblock").count() == len(operations)
    page.locator("#operations-health-getHealth .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute").click()
    page.wait_for_selector(".live-responses-table .response")
    assert '"status": "ok"' in page.locator(".live-responses-table").inner_text()
    if folder := os.environ.get("ATHANOR_TEST_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/api-docs.png", full_page=True)
    assert visit.complaints == []
    assert all(address.startswith((api.url, "data:")) for address in visit.addresses)


def test_inline_script_does_not_run_in_the_apps_origin(api: Running, visit: Visit) -> None:
    page = visit.page
    page.goto(f"{api.url}/api/docs")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.ran = 1\">')")
    page.evaluate(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    page.wait_for_function("document.images[0].complete")
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in visit.complaints)


def test_only_the_named_files_are_given_out(api: Running) -> None:
    for name in ("swagger-ui.css", "swagger-ui-bundle.js", "favicon-32x32.png", "api_docs.js"):
        assert api.client.get(f"/api/docs/{name}").status_code == 200
    for name in ("LICENSE", "not_built.html", "..%2Fpages%2Fnot_built.html", "%2e%2e", "nothing.js"):
        assert api.client.get(f"/api/docs/{name}").status_code == 404
