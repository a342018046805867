"""The ledger as the API tells it, and what must be true of every run in it."""

import time
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import httpx

T = TypeVar("T")

TERMINAL = ("completed", "failed", "cancelled")


def eventually(look: Callable[[], T], *, seconds: float = 60.0, what: str = "") -> T:
    """The first true answer of `look`; fails with the last one after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        answer = look()
        if answer:
            return answer
        assert time.monotonic() < deadline, f"{what or look} is still {answer!r} after {seconds} s"
        time.sleep(0.02)


class Ledger:
    """What an API server says about runs; `http` leads there."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def said(self) -> str:
        """What the processes logged, where somebody knows."""
        return ""

    def run(self, run_id: str) -> dict[str, Any]:
        answer = self.http.get(f"/api/runs/{run_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def cancel(self, run_id: str, *, force: bool = False) -> dict[str, Any]:
        answer = self.http.post(f"/api/runs/{run_id}/cancel", json={"force": force})
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def until(self, run_id: str, *states: str, seconds: float = 120.0) -> dict[str, Any]:
        """The run, once it is in one of these states (any terminal one if none is named)."""
        wanted = states or TERMINAL

        def look() -> dict[str, Any] | None:
            run = self.run(run_id)
            return run if run["status"] in wanted else None

        return self._eventually(run_id, look, seconds, f"run {run_id}")  # type: ignore[return-value]

    def until_lines(self, run_id: str, count: int, *, seconds: float = 60.0) -> None:
        """Until so many log lines are committed."""

        def look() -> bool:
            return sum(self.run(run_id)["counts"]["logs"].values()) >= count

        self._eventually(run_id, look, seconds, f"{count} lines")

    def _eventually(self, run_id: str, look: Callable[[], T], seconds: float, what: str) -> T:
        """As `eventually`; says what is known of the run, should it fail."""
        try:
            return eventually(look, seconds=seconds, what=what)
        except AssertionError as late:
            known = {name: value for name, value in self.run(run_id).items() if name != "environment"}
            raise AssertionError(f"{late}\n{known}\n{self.said()[-4000:]}") from None

    def lines(self, run_id: str) -> list[dict[str, Any]]:
        """Every committed log line, read page by page."""
        lines: list[dict[str, Any]] = []
        while True:
            after = lines[-1]["offset"] if lines else -1
            page = self.http.get(f"/api/runs/{run_id}/logs", params={"after": after, "limit": 1000}).json()["items"]
            if not page:
                return lines
            lines += page

    def results(self, run_id: str) -> list[dict[str, Any]]:
        """Every committed result without its whole value; their offsets have no gap."""
        found: list[dict[str, Any]] = []
        cursor = None
        while True:
            more = {} if cursor is None else {"cursor": cursor}
            page = self.http.get(f"/api/runs/{run_id}/results", params={"limit": 1000, **more}).json()
            found += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                assert [result["offset"] for result in found] == list(range(page["total"]))
                return found

    def points(self, run_id: str) -> int:
        """How many points the metrics have."""
        return sum(metric["points"] for metric in self.http.get(f"/api/runs/{run_id}/metrics").json()["items"])

    def written(self, run_id: str) -> int:
        """How many lines a run of `numbered` wrote until its file was there."""
        (count,) = [result["preview"] for result in self.results(run_id) if result["key"] == "written"]
        return int(count)

    def check_ledger(self, run_id: str, *followed: Sequence[dict[str, Any]], lines: int | None = None) -> None:
        """Lines in the ledger = lines each follower saw = lines written, in order, none twice; counts exact, also of
        results and metrics; one ending."""
        run = self.run(run_id)
        stored = self.lines(run_id)
        numbered = [line["message"] for line in stored if line["message"].startswith("line ")]
        # In words too: outside of pytest an assertion shows nothing.
        known = (
            f"run {run_id}: {len(stored)} stored, {len(numbered)} numbered of {lines} written, counts {run['counts']}, "
            f"attempt {run['attempt']}, the last {stored[-3:]}"
        )
        assert [line["offset"] for line in stored] == list(range(len(stored))), known
        assert numbered == [f"line {number}" for number in range(len(numbered))], known
        if lines is not None:
            assert len(numbered) == lines, known
        assert sum(run["counts"]["logs"].values()) == len(stored), known
        for seen in followed:
            assert list(seen) == stored
        assert (len(self.results(run_id)), self.points(run_id)) == (run["counts"]["results"], run["counts"]["metrics"])
        assert run["status"] in TERMINAL
        assert run["reason"] is not None
        assert run["completed_at"] is not None
