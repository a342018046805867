"""The log viewer in a browser: a run of a million lines, and one that writes five thousand lines a second."""

import random
import statistics
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from playwright.sync_api import CDPSession, Page

from bench.experiments.measured import MESSAGE
from bench.figures import Figure, number, percentile
from bench.site import Site
from browser import open_browser
from log_window import log

LINES = 1_000_000
OPENS = 5
JUMPS = 30
RATE = 5_000
WARM_S = 8.0
WATCHED_S = 15.0
SAMPLES = 8
SAMPLE_EVERY_S = 3.0
WAIT_S = 3.0
VIEWPORT = {"width": 1440, "height": 900}

# When the first line was on the page, in ms since the navigation began.
FIRST_LINE = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-offset][data-level]')) return
    requestAnimationFrame(() => { window.firstLineMs = performance.now() })
    observer.disconnect()
  }).observe(document, { childList: true, subtree: true })
"""
# Drags the scrollbar, and waits until every row in the window has its line.
JUMP = """
  (list, share) => new Promise(done => {
    const started = performance.now()
    list.scrollTop = share * (list.scrollHeight - list.clientHeight)
    const look = () => {
      const edge = list.getBoundingClientRect()
      const rows = [...list.querySelectorAll('[data-offset]')].filter(row => {
        const box = row.getBoundingClientRect()
        return box.bottom > edge.top && box.top < edge.bottom
      })
      const isThere = rows.length > 20 && rows.every(row => row.dataset.level)
      if (isThere) done([performance.now() - started, Number(rows[0].dataset.offset)])
      else requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
"""
FRAMES = """
  seconds => new Promise(done => {
    const gaps = []
    let last = performance.now()
    const end = last + seconds * 1000
    const frame = now => {
      gaps.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(frame)
      else done(gaps.slice(1))
    }
    requestAnimationFrame(frame)
  })
"""


def measure(site: Site) -> list[Figure]:
    many = site.run("trivial")
    _fill(site, UUID(many))
    seconds = WAIT_S + WARM_S + WATCHED_S + SAMPLES * (SAMPLE_EVERY_S + 0.5)
    steady = site.stack.instance("steady", {"lines_per_second": RATE, "seconds": seconds, "wait_s": WAIT_S})
    with open_browser() as browser:
        page = browser.new_page(viewport=VIEWPORT)  # type: ignore[arg-type]
        page.add_init_script(FIRST_LINE)
        opened = [_open(page, f"{site.stack.url}/runs/{many}") for _ in range(OPENS)]
        jumps = _jump_about(page)
        run_id = site.stack.http.post(f"/api/instances/{steady}/runs").json()["id"]
        page.goto(f"{site.stack.url}/runs/{run_id}")
        page.wait_for_selector("[data-offset][data-level]")
        gaps, memory = _watch(page, site, run_id)
    site.finished(run_id)
    frames_per_second = 1000 * len(gaps) / sum(gaps)
    return [
        Figure(
            what=f"Page of a run of {LINES:,} lines: from its address to the first line, slowest",
            value=max(opened),
            unit="ms",
            goal=1_000,
            note=f"{OPENS} times, fastest {number(min(opened))} ms",
            limit="loading and starting the page's code; then the run, and one page of lines",
        ),
        Figure(
            what=f"Jump by the scrollbar to anywhere in {LINES:,} lines, slowest",
            value=max(jumps),
            unit="ms",
            goal=300,
            note=f"{JUMPS} jumps, p50 {number(percentile(jumps, 0.5))} ms",
            limit="one page of lines from the server, and two frames",
        ),
        Figure(
            what=f"Frames a second while {RATE:,} lines/s are followed",
            value=frames_per_second,
            unit="frames/s",
            goal=50,
            better="higher",
            note=f"{WATCHED_S:.0f} s; frame p95 {number(percentile(gaps, 0.95))} ms, longest {number(max(gaps))} ms",
            limit="drawing by software, on the two cores that also carry the run and the servers",
        ),
        Figure(
            what="JavaScript memory of that page: growth for 100,000 lines",
            value=_slope(memory) * 100_000,
            unit="MB",
            goal=2,
            note=f"{len(memory)} times after a full collection, {number(min(mb for _, mb in memory))} to "
            f"{number(max(mb for _, mb in memory))} MB, over {memory[-1][0] - memory[0][0]:,} lines",
            limit="the window holds a bounded number of pages",
        ),
    ]


def _open(page: Page, url: str) -> float:
    page.goto("about:blank")
    page.goto(url)
    page.wait_for_function("() => window.firstLineMs")
    return float(page.evaluate("window.firstLineMs"))


def _jump_about(page: Page) -> list[float]:
    dice = random.Random(1)
    took = []
    for _ in range(JUMPS):
        share = dice.random()
        took_ms, offset = log(page).evaluate(JUMP, share)
        assert abs(offset - share * LINES) < LINES / 40, (share, offset)
        took.append(took_ms)
    return took


def _watch(page: Page, site: Site, run_id: str) -> tuple[list[float], list[tuple[int, float]]]:
    """Milliseconds between frames, and how many megabytes were used when there were so many lines."""
    time.sleep(WARM_S)
    gaps = page.evaluate(FRAMES, WATCHED_S)
    devtools = page.context.new_cdp_session(page)
    memory = []
    for _ in range(SAMPLES):
        time.sleep(SAMPLE_EVERY_S)
        memory.append((_lines(site, run_id), _heap_mb(devtools)))
    assert log(page).get_attribute("data-following") == "true"
    return gaps, memory


def _slope(points: list[tuple[int, float]]) -> float:
    """Of the line that fits best."""
    lines, megabytes = zip(*points, strict=True)
    return statistics.linear_regression(lines, megabytes).slope


def _heap_mb(devtools: CDPSession) -> float:
    devtools.send("HeapProfiler.collectGarbage")
    return float(devtools.send("Runtime.getHeapUsage")["usedSize"]) / 1e6


def _lines(site: Site, run_id: str) -> int:
    return int(sum(site.stack.run(run_id)["counts"]["logs"].values()))


def _fill(site: Site, run_id: UUID) -> None:
    """Makes a run's log a million lines long."""
    now = datetime.now(UTC)

    async def fill(connection: Any) -> None:
        columns = ("run_id", "offset", "timestamp", "level", "message", "metadata")
        await connection.execute("DELETE FROM logs WHERE run_id = $1", run_id)
        for start in range(0, LINES, 50_000):
            records = [(run_id, at, now, at % 4, f"{at} {MESSAGE}", None) for at in range(start, start + 50_000)]
            await connection.copy_records_to_table("logs", records=records, columns=columns)
        counts = "logs_debug = $2, logs_info = $2, logs_warn = $2, logs_error = $2"
        await connection.execute(f"UPDATE run_vitals SET {counts} WHERE run_id = $1", run_id, LINES // 4)

    site.query(fill)
