"""A Chromium for the tests that need one: found on this machine, or installed.

    python tests/browser.py      # finds or installs one and prints its path; `make test` does so first

In this order: ATHANOR_TEST_CHROMIUM, the PATH, the one Playwright has downloaded, a download by Playwright, Debian's
package (as root). Playwright's own are built for few systems; a distribution's may be the only one there is.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
DOWNLOAD_S = 300
INSTALL_S = 600


class NoBrowserError(RuntimeError):
    """There is no Chromium here, and none can be installed."""


def find() -> str | None:
    """The path of a Chromium that is here."""
    if named := os.environ.get("ATHANOR_TEST_CHROMIUM"):
        return named
    for name in NAMES:
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


def find_or_install() -> str:
    """Raises NoBrowserError, saying what was tried and what would do."""
    tried = []
    for install in (None, _download, _from_debian):
        if install is not None:
            tried.append(install())
        if found := find():
            return found
    raise NoBrowserError(
        "The tests need Chromium or Chrome. Install one, or name one in ATHANOR_TEST_CHROMIUM. Tried: "
        + "; ".join(tried)
    )


def _download() -> str:
    return _run(sys.executable, "-m", "playwright", "install", "chromium", seconds=DOWNLOAD_S)


def _from_debian() -> str:
    if shutil.which("apt-get") is None:
        return "this is not Debian or Ubuntu"
    if os.geteuid() != 0:
        return "`apt-get install chromium` needs root"
    updated = _run("apt-get", "update", "-qq", seconds=INSTALL_S)
    return f"{updated}; {_run('apt-get', 'install', '-y', '-qq', 'chromium', seconds=INSTALL_S)}"


def _run(*command: str, seconds: float) -> str:
    """How a command went, in one line."""
    shown = " ".join(Path(part).name if part == sys.executable else part for part in command)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"`{shown}`: {type(error).__name__}"
    last = (done.stderr or done.stdout).strip().splitlines()[-1:]
    return f"`{shown}` ended with {done.returncode} {' '.join(last)}"


@contextmanager
def open_browser(*arguments: str) -> Iterator[Browser]:
    """A headless Chromium that talks to nobody but the page under test; `arguments` are the browser's own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_or_install(),
            args=[
                "--no-sandbox",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                *arguments,
            ],
        )
        try:
            yield browser
        finally:
            browser.close()


if __name__ == "__main__":
    try:
        print(find_or_install())
    except NoBrowserError as error:
        sys.exit(str(error))
