"""The product in a browser: a real server and worker, and tabs that note everything they complain about."""

import os
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from stack import Stack

EXPERIMENTS = Path(__file__).parent / "e2e" / "experiments"
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}

expect.set_options(timeout=15_000)


class Site:
    """One stack for a module's tests, with the ways a test sets the scene by REST."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack = stack
        self.browser = browser
        self.url = stack.url
        self._open: list[BrowserContext] = []
        self._complaints: list[str] = []

    def tab(self, path: str = "/", *, viewport: dict[str, int] | None = None, dark: bool = False) -> Page:
        """A tab of a person of its own (no storage shared), at `path`."""
        context = self.browser.new_context(
            viewport=viewport or WIDE,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.url)
        self._open.append(context)
        page = context.new_page()
        page.on("console", self._said)
        page.on("pageerror", lambda error: self._complaints.append(str(error)))
        page.goto(f"{self.url}{path}")
        return page

    def _said(self, message: Any) -> None:
        # A browser reports each refused connection by itself; tests that stop the server mean that.
        network = "net::ERR_" in message.text or "WebSocket connection" in message.text
        refused = "Failed to load resource: the server responded with a status of 4" in message.text
        if message.type in ("error", "warning") and not network and not refused:
            self._complaints.append(message.text)

    def instance(self, experiment: str, config: dict[str, Any] | None = None, **fields: Any) -> dict[str, Any]:
        """A new instance, as POST gives it."""
        body = {"name": experiment, "experiment": experiment, "config": config or {}, **fields}
        answer = self.stack.http.post("/api/instances", json=body)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def run(self, experiment: str, config: dict[str, Any] | None = None, *, name: str | None = None) -> dict[str, Any]:
        """A new run of a new instance, as POST gives it."""
        instance = self.instance(experiment, config, name=name or experiment)
        answer = self.stack.http.post(f"/api/instances/{instance['id']}/runs")
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    def finished(self, experiment: str, config: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        """A run that is over."""
        return self.stack.until(self.run(experiment, config, **more)["id"], seconds=60)

    def delete_instances(self) -> None:
        """All of them, with their runs."""
        while items := self.stack.http.get("/api/instances", params={"limit": 1000}).json()["items"]:
            for item in items:
                self.stack.http.delete(f"/api/instances/{item['id']}").raise_for_status()

    def meant(self, words: str) -> None:
        """Complaints with these words are what the test was after; React may say an error that a boundary caught."""
        self._complaints = [complaint for complaint in self._complaints if words not in complaint]

    def end_test(self) -> None:
        """Closes the test's tabs; fails if one complained (errors, CSP, warnings of React)."""
        for context in self._open:
            context.close()
        self._open.clear()
        complaints, self._complaints = self._complaints, []
        assert complaints == [], complaints


def screenshot(page: Page, name: str) -> None:
    """A picture for people, where ATHANOR_TEST_SCREENSHOTS says; the tests never compare them."""
    if folder := os.environ.get("ATHANOR_TEST_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=f"{folder}/{name}.png")
