"""Thousands of instances: the dashboard holds those in sight."""

import asyncio
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from athanor.db.migrate import upgrade
from athanor.db.session import Database
from browser import open_browser
from conftest import Backend
from servers import Servers
from site_in_browser import EXPERIMENTS, Site
from stack import Stack

MANY = 5_000


async def _fill(database_url: str) -> None:
    async def nowhere(_: object) -> None:
        return None

    database = Database(database_url, nowhere)
    async with database.unit() as unit:
        await unit.session.execute(
            text(
                """
                INSERT INTO instances (id, name, experiment, config, config_schema)
                SELECT gen_random_uuid(), 'Instance ' || lpad(number::text, 4, '0'), 'walk', '{}', '{}'
                FROM generate_series(0, :last) AS number
                """
            ),
            {"last": MANY - 1},
        )
    await database.close()


@pytest.fixture(scope="module")
def shared_site(session_servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    url = session_servers.fresh_database()
    upgrade(url)
    asyncio.run(_fill(url))
    stack = Stack(
        Backend(url, session_servers.redis_url, session_servers),
        tmp_path_factory.mktemp("site"),
        ATHANOR_EXPERIMENTS=str(EXPERIMENTS),
    )
    try:
        stack.start_server()
        stack.start_worker()
        with open_browser() as browser:
            yield Site(stack, browser)
    finally:
        stack.stop()


def test_five_thousand_instances_scroll(site: Site) -> None:
    page = site.tab("/experiments?sort=name&order=asc")
    rows = page.locator("tbody tr[data-index]")
    expect(page.get_by_role("status", name="Count")).to_have_text("5,000 instances")
    expect(rows.first).to_contain_text("Instance 0000")
    assert rows.count() < 100

    scroll_to(page, "Instance 4999", step_px=1_000_000)
    expect(rows.last).to_contain_text("Instance 4999")
    assert rows.count() < 100
    # Something new at the top: whoever reads the foot is not moved.
    top = rows.last.bounding_box()
    page.mouse.move(700, 600)
    site.instance("walk", name="Instance 0000 and a half")
    expect(page.get_by_role("status", name="Count")).to_have_text("5,001 instances", timeout=30_000)
    expect(page.get_by_text("1 change · Update order")).to_be_attached()
    assert rows.last.bounding_box() == top


def test_a_row_far_down_changes_in_place(site: Site) -> None:
    page = site.tab("/experiments?sort=name&order=asc")
    scroll_to(page, "Instance 0950", step_px=500)
    row = page.get_by_role("row").filter(has=page.get_by_text("Instance 0950", exact=True))
    row.scroll_into_view_if_needed()
    row.get_by_role("button", name="Start run of Instance 0950").click()
    expect(row.get_by_role("cell").nth(3)).to_have_text("completed")
    page.get_by_role("link", name="Run 1 of Instance 0950").wait_for()
    expect(row).to_be_in_viewport()


def scroll_to(page: Page, words: str, *, step_px: int) -> None:
    """Scrolls on by steps until these words are on the page."""
    found = page.evaluate(
        """async ([words, step]) => {
            const deadline = performance.now() + 30_000
            while (performance.now() < deadline) {
                if (document.querySelector('tbody')?.innerText.includes(words)) return true
                scrollBy(0, step)
                await new Promise(resolve => setTimeout(resolve, 20))  // frames may not come for long in a headless tab
            }
            return false
        }""",
        [words, step_px],
    )
    assert found, f"{words} did not come into sight"
