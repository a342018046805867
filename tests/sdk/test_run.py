"""What a Run does, and how it ends, through a real child."""

from typing import Any

import pytest

from athanor.wire.reports import Progress, Ready
from athanor.worker.process import RunProcess
from run_driver import Outcome, execute, until


def run(name: str, *arguments: Any, **options: Any) -> Outcome:
    return execute("reporting", name, *arguments, **options)


async def cancel_once_started(process: RunProcess, reports: list[Any]) -> None:
    await until(lambda: any("started" in str(report) for report in reports))
    process.cancel()


def test_every_call_reports() -> None:
    outcome = run("every_call", count=3, mode="slow")
    assert outcome.ending == (0, None, "ok")
    assert outcome.result("config") == {"count": 3, "mode": "slow", "share": 0.5}
    assert outcome.result("about") == ["01900000-0000-7000-8000-000000000001", 1, 42, False, []]
    assert [(log.level, log.message, log.metadata) for log in outcome.logs] == [
        ("warn", "by level", '{"a":1}'),
        ("debug", "d", None),
        ("info", "i", None),
        ("warn", "w", None),
        ("error", "e", None),
        ("info", "batch 0", None),
        ("info", "batch 1", '{"i":1}'),
        ("info", "batch 2", None),
        ("info", "entry 1: 'loud' is not a log level; use one of debug, info, warn, error", None),
        ("info", "entry 1 is not (level, message, metadata or None)", None),
        ("info", "entry 1: the metadata must be a dict or None, not list", None),
        ("info", "'loud' is not a log level; use one of debug, info, warn, error", None),
    ]
    assert outcome.metrics == [("loss", 0.5, None)]
    (progress,) = [report for report in outcome.reports if isinstance(report, Progress)]
    assert (progress.current, progress.total, progress.message) == (1.0, 10.0, "working")
    assert isinstance(outcome.reports[0], Ready)
    times = [report.at_us for report in outcome.reports if hasattr(report, "at_us")]
    assert times == sorted(times)


@pytest.mark.parametrize(
    ("name", "given", "config"),
    [
        ("dataclass_config", {}, {"sizes": [1, 2]}),
        ("dataclass_config", {"sizes": [3.0]}, {"sizes": [3]}),
        ("model_config", {"ratio": 2}, ["Model", {"name": "model", "ratio": 2.0}]),
        ("dict_config", {"a": 1, "z": [None]}, {"a": 1, "z": [None]}),
        ("no_config", {}, None),
        ("lazy", {"share": 1}, {"count": 3, "mode": "fast", "share": 1.0}),
    ],
)
def test_every_kind_of_config(name: str, given: dict[str, Any], config: Any) -> None:
    outcome = run(name, **given)
    assert (outcome.result("config"), outcome.ending) == (config, (0, None, "ok"))


@pytest.mark.parametrize(
    ("name", "given", "error"),
    [
        ("every_call", {"count": 0}, "ConfigError: Expected `int` >= 1 - at `$.count`"),
        ("every_call", {"cuont": 1}, "ConfigError: Object contains unknown field `cuont`"),
        ("model_config", {}, "ConfigError: 1 validation error for Model"),
        ("no_config", {"a": 1}, "ConfigError: this experiment takes no config: it must be {}"),
        ("not_there", {}, "ExperimentError: the module reporting defines no experiment named 'not_there'"),
    ],
)
def test_what_does_not_fit_is_told(name: str, given: dict[str, Any], error: str) -> None:
    outcome = run(name, **given)
    assert outcome.exit.verdict is not None
    assert outcome.ending == (1, None, "error")
    assert (outcome.exit.verdict.error or "").startswith(error)
    assert not any(isinstance(report, Ready) for report in outcome.reports)


def test_a_module_that_is_not_there_is_told() -> None:
    verdict = execute("nowhere", "x").exit.verdict
    assert verdict is not None
    assert verdict.error == "ModuleNotFoundError: No module named 'nowhere'"


def test_an_exception_is_told_with_the_traceback_of_user_code() -> None:
    outcome = run("raises")
    verdict = outcome.exit.verdict
    assert verdict is not None
    assert outcome.ending == (1, None, "error")
    assert verdict.error == "RuntimeError: wrapped"
    assert "KeyError: 'missing \\udc80'" in (verdict.traceback or "")
    assert "athanor/child" not in (verdict.traceback or "")


def test_the_first_verdict_counts() -> None:
    failed = run("fails_by_its_own_word")
    assert failed.exit.verdict is not None
    assert (failed.messages, failed.ending) == (["goes on"], (4, None, "reported"))
    assert failed.exit.verdict.error == "not good enough"
    completed = run("completes_then_raises")
    assert completed.ending == (0, None, "ok")
    assert completed.logs[0].level == "error"
    assert "after the verdict" in completed.logs[0].message
    assert run("completes_then_exits").ending == (4, None, None)


def test_a_returned_value_is_not_dropped_in_silence() -> None:
    outcome = run("returns_a_value")
    assert outcome.ending == (0, None, "ok")
    assert [log.level for log in outcome.logs] == ["warn"]
    assert "use run.result(key, value)" in outcome.messages[0]


def test_cancelled_without_a_request_is_an_error() -> None:
    assert run("raises_cancelled_unasked").ending == (1, None, "error")


def test_exit_handlers_run_and_report() -> None:
    outcome = run("says_goodbye")
    assert (outcome.messages, outcome.ending) == (["goodbye from print", "goodbye"], (0, None, "ok"))


def test_the_seed_decides() -> None:
    assert run("seeded").result("random") == run("seeded").result("random") == 0.6394267984578837


def test_track_reports_progress() -> None:
    outcome = run("tracks")
    assert outcome.result("seen") == [0, 1, 2, 3, 4]
    progress = [report for report in outcome.reports if isinstance(report, Progress)]
    assert (progress[0].current, progress[-1].current, progress[-1].total) == (0.0, 5.0, 5.0)


@pytest.mark.parametrize("name", ["tracks_until_cancelled", "swallows_exceptions", "waits", "waits_in_a_group"])
def test_cancelling_stops_it(name: str) -> None:
    outcome = run(name, cancel_once_started)
    assert outcome.ending == (0, None, "user")
    assert outcome.messages == (["started", "cleaned up"] if name == "waits" else ["started"])
    assert outcome.seconds < 3


def test_cancelling_before_the_start_stops_it() -> None:
    async def steer(process: RunProcess, _: list[Any]) -> None:
        process.cancel()
        process.cancel()

    for name in ("tracks_until_cancelled", "waits"):
        assert run(name, steer).ending == (0, None, "user")
