"""Row 14: bytes and values of every kind are kept in the defined form, or refused by name in user code."""

import json
import math

import pytest

from athanor.wire.reports import Result
from athanor.wire.text import MAX_ENTRY_BYTES
from followers import Followers
from run_driver import FOLDER, execute
from stack import running_stack


def test_odd_text_arrives_in_the_defined_form() -> None:
    outcome = execute("bytes_and_values", "odd_text")
    assert outcome.ending == (0, None, "ok")
    told = [(log.message, log.metadata) for log in outcome.logs]
    out, pipe = '{"source":"stdout"}', '{"source":"stdout","stream":"pipe"}'
    assert [part for part in told if "pipe" not in (part[1] or "")] == [
        ("nul \u2400 end", None),
        ("surrogate \\udc80 end", None),
        ("\x1b[31mred\x1b[0m", None),
        ("two\nlines\r\n", None),
        ("", '{"empty":true}'),
        ("b'bytes'", None),
        ("{'a': 1}", '{"message":"mine","self":1,"level":"x"}'),
        ("nul \u2400 surrogate \\udc80 \x1b[31mred\x1b[0m", out),
        ("half é whole, bad \ufffd", out),
    ]
    assert sorted(part for part in told if "pipe" in (part[1] or "")) == [
        ("from a subprocess", '{"source":"stderr","stream":"pipe"}'),
        ("pipe \ufffd", pipe),
    ]


def test_long_lines_become_consecutive_entries() -> None:
    outcome = execute("bytes_and_values", "long_lines")
    assert outcome.ending == (0, None, "ok")
    logs = outcome.logs
    assert all(len(log.message.encode()) <= MAX_ENTRY_BYTES for log in logs)
    pieces = {"é": 0, "x": 0, "y": 0}
    order = []
    for log in logs:
        kind = log.message[0]
        if kind in pieces:
            pieces[kind] += len(log.message)
            kind += "+" if json.loads(log.metadata or "{}").get("continued") else ""
        if not order or order[-1] != kind or not kind.endswith("+"):
            order.append(kind)
    assert pieces == {"é": 25_000_000, "x": 50_000_000, "y": 200_000}
    assert [kind for kind in order if kind[0] != "y"] == ["é", "é+", "a", "x", "x+", "a"]
    assert [kind for kind in order if kind[0] == "y"] in (["y", "y+"], ["y", "y+", "y+"])
    assert logs[0].metadata == '{"size":"50 MB"}'


def test_bars_collapse_to_their_last_state() -> None:
    outcome = execute("bytes_and_values", "bars")
    assert outcome.ending == (0, None, "ok")
    plain = [log for log in outcome.logs if "pipe" not in (log.metadata or "")]
    bars = [log for log in plain if log.metadata == '{"source":"stderr","bar":true}']
    assert bars[-1].message == "200000/200000"
    assert len(bars) <= outcome.seconds + 2
    assert [log.message for log in plain if log not in bars] == ["windows", "lines"]
    piped = [log for log in outcome.logs if "pipe" in (log.metadata or "")]
    assert [(log.message, log.metadata) for log in piped[-1:]] == [
        ("999%", '{"source":"stderr","stream":"pipe","bar":true}')
    ]


def test_odd_values_are_kept_or_refused_by_name() -> None:
    outcome = execute("bytes_and_values", "odd_values")
    assert outcome.ending == (0, None, "ok")
    results = [(report.key, report.value) for report in outcome.reports if isinstance(report, Result)]
    kept = [
        ("nan", '["NaN","Infinity","-Infinity"]'),
        ("big", '"1208925819614629174706176"'),
        ("cycle", '{"me":"<circular reference>"}'),
        ("keys", '{"1":"a","null":"b","[1, 2]":"c"}'),
        ("object", "\"<class 'object'>\""),
        ("nul", '"\u2400\\\\udc80"'),
    ]
    assert results == [
        *kept,
        ("deep", "[" * 300 + "]" * 300),
        ("too deep", '"ValueTooDeepError"'),
        ("too large", '"ValueTooLargeError"'),
    ]
    assert [(log.message, log.metadata) for log in outcome.logs] == [
        *((key, f'{{"value":{value}}}') for key, value in kept),
        ("ValueTooDeepError", None),
        ("ValueTooLargeError", None),
        ("ValueError: the value of metric 'm' must be a number: could not convert string to float: 'a'", None),
        ("ValueError: the step of metric 'm' does not fit 64 bits", None),
        ("ValueError: the name of a metric must have 1 to 1000 characters, not 0", None),
        ("TypeError: the step of metric 'm' must be a whole number, not 1.5", None),
        ("TypeError: the name of a metric must be text, not int", None),
        ("the end", None),
    ]
    (name, value, step), *others = outcome.metrics
    assert (name, math.isnan(value), step) == ("m", True, 0)
    assert others == [("m", -math.inf, None), ("m", 2.0**80, 2**62)]


@pytest.mark.parametrize("name", ["odd_text", "odd_values"])
def test_the_ledger_and_followers_have_what_the_worker_was_told(backend, tmp_path, name: str) -> None:
    """All of it goes through PostgreSQL, Redis, the API and a socket; one odd entry takes none of its batch with it."""
    told = execute("bytes_and_values", name)
    with running_stack(backend, tmp_path, ATHANOR_EXPERIMENTS=str(FOLDER)) as stack:
        run_id = stack.start(name)
        (seen,) = Followers(stack.stream_url, run_id, 1).wait()
        assert stack.until(run_id)["reason"] == "ok"
        stack.check_ledger(run_id, seen)
        # What comes through a pipe has no place among the rest.
        stored = [(line["message"], json.dumps(line["metadata"], sort_keys=True)) for line in seen]
        lines = [(log.message, json.dumps(json.loads(log.metadata or "null"), sort_keys=True)) for log in told.logs]
        assert sorted(stored) == sorted(lines)
        results = [
            (key, stack.http.get(f"/api/runs/{run_id}/results/{offset}").json())
            for offset, key in ((result["offset"], result["key"]) for result in stack.results(run_id))
        ]
        assert [(key, whole["value"]) for key, whole in results] == [
            (report.key, json.loads(report.value)) for report in told.reports if isinstance(report, Result)
        ]
        assert stack.points(run_id) == len(told.metrics)
