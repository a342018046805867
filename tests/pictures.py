"""Takes the pictures of the README from the shipped examples, as `make up` shows them.

python tests/pictures.py        # writes docs/images/*.png
"""

import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from browser import open_browser
from stack import eventually
from whole import ROOT, Whole

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1400, "height": 800}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        whole = Whole(Path(folder), "--examples", experiments=str(ROOT / "experiments"))
        whole.start()
        try:
            instances = {item["name"]: item for item in eventually(lambda: _instances(whole), what="the examples")}
            network = instances["Digits: a small neural network"]
            _run_all(whole, list(instances.values()))
            with open_browser() as browser:
                _take(browser, whole, network)
        finally:
            whole.stop()


def _instances(whole: Whole) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = whole.get("/api/instances")["items"]
    return items if len(items) == 5 else []


def _run_all(whole: Whole, instances: list[dict[str, Any]]) -> None:
    """Something of everything: completed, failed and cancelled runs of each."""
    for instance in instances:
        for _ in range(3):
            whole.post(f"/api/instances/{instance['id']}/runs")
    coin = next(instance for instance in instances if instance["experiment"] == "coin_flip")
    cancelled = whole.post(f"/api/instances/{coin['id']}/runs", config={"flips": 1_000_000})
    whole.post(f"/api/runs/{cancelled['id']}/cancel", force=False)
    eventually(lambda: _active(whole) == 0, seconds=300, what="active runs")


def _active(whole: Whole) -> int:
    overview = whole.get("/api/overview")
    return int(overview["running"]) + int(overview["queued"])


def _take(browser: Browser, whole: Whole, network: dict[str, Any]) -> None:
    done = whole.get("/api/runs", instance_id=network["id"], status="completed", limit=1)["items"][0]
    storm = whole.get("/api/runs", experiment="log_storm", limit=1)["items"][0]
    whole.post(f"/api/instances/{network['id']}/runs")
    _picture(_open(browser, whole, f"/runs/{storm['id']}?line=50000"), "run-logs")
    _picture(_open(browser, whole, "/experiments"), "dashboard")
    _picture(_open(browser, whole, "/experiments/new?experiment=handwritten_digits"), "new-instance")
    _picture(_open(browser, whole, f"/runs/{done['id']}?tab=metrics", dark=True), "run-metrics")


def _open(browser: Browser, whole: Whole, path: str, *, dark: bool = False) -> Page:
    context = browser.new_context(
        viewport=SIZE,  # type: ignore[arg-type]
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{whole.url}{path}")
    page.get_by_role("status", name="Connection").get_by_text("live").wait_for()
    page.wait_for_load_state("networkidle")
    return page


def _picture(page: Page, name: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=IMAGES / f"{name}.png")
    page.context.close()


if __name__ == "__main__":
    main()
