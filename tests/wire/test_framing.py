"""Messages survive every way of cutting the byte stream; nonsense is refused."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.wire.framing import MAX_MESSAGE_BYTES, FramingError, Unpacker, pack
from athanor.wire.reports import Log, LogBatch, Metric, Output, Progress, Ready, Report, Result, Verdict

TIMES = st.integers(0, 2**62)
TEXTS = st.text()
LOGS = st.builds(Log, TIMES, st.sampled_from(["debug", "info", "warn", "error"]), TEXTS, st.none() | TEXTS)
REPORTS = st.one_of(
    st.builds(Ready, TIMES),
    LOGS,
    st.builds(LogBatch, st.lists(LOGS)),
    st.builds(Output, TIMES, st.sampled_from(["stdout", "stderr"]), st.binary()),
    st.builds(Result, TIMES, TEXTS, TEXTS),
    st.builds(Metric, TIMES, TEXTS, st.floats(allow_nan=False), st.none() | TIMES),
    st.builds(Progress, TIMES, st.floats(allow_nan=False)),
    st.builds(Verdict, TIMES, st.sampled_from(["ok", "error", "reported", "user"]), st.none() | TEXTS),
)


def unpacker() -> Unpacker[Report]:
    return Unpacker(Report)  # type: ignore[arg-type]


@settings(max_examples=200, deadline=None)
@given(st.lists(REPORTS, max_size=10), st.integers(1, 50))
def test_any_reports_in_any_pieces(reports: list[Report], size: int) -> None:
    stream = b"".join(map(pack, reports))
    reader = unpacker()
    found = [report for start in range(0, len(stream), size) for report in reader.feed(stream[start : start + size])]
    assert found == reports


def test_what_came_before_nonsense_is_delivered() -> None:
    reader = unpacker()
    found = reader.feed(pack(Ready(1)) + pack(Ready(2)) + b"\0\0\0\1\xc1")
    assert (next(found), next(found)) == (Ready(1), Ready(2))
    with pytest.raises(FramingError, match="not a message of this protocol"):
        next(found)


def test_a_length_beyond_the_limit_is_refused_before_it_is_awaited() -> None:
    with pytest.raises(FramingError, match=f"at most {MAX_MESSAGE_BYTES} are allowed"):
        list(unpacker().feed((MAX_MESSAGE_BYTES + 1).to_bytes(4, "big")))
    with pytest.raises(FramingError):
        list(unpacker().feed(b"GET / HTTP/1.1"))


def test_a_message_of_another_kind_is_refused() -> None:
    with pytest.raises(FramingError):
        list(unpacker().feed(pack({"type": "unknown"})))
    with pytest.raises(FramingError):
        list(unpacker().feed(pack(msgspec.Raw(b"\xc0"))))
