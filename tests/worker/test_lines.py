"""Bytes become lines, however they are cut."""

from hypothesis import given, settings
from hypothesis import strategies as st

from athanor.wire.reports import Log
from athanor.wire.text import MAX_ENTRY_BYTES, clean_text
from athanor.worker.lines import LineAssembler

OUT = '{"source":"stdout"}'
BAR = '{"source":"stdout","bar":true}'
MORE = '{"source":"stdout","continued":true}'


def assemble(*chunks: bytes, step_us: int = 0) -> list[tuple[str, str | None]]:
    assembler = LineAssembler("stdout")
    logs: list[Log] = []
    for place, chunk in enumerate(chunks):
        logs += assembler.feed(chunk, place * step_us)
    logs += assembler.finish()
    assert all(log.level == "info" for log in logs)
    return [(log.message, log.metadata) for log in logs]


def test_lines_blank_lines_and_an_unfinished_one() -> None:
    assert assemble(b"a\n\nb", b"c\n", b"d") == [("a", OUT), ("", OUT), ("bc", OUT), ("d", OUT)]
    assert assemble(b"", b"\n") == [("", OUT)]
    assert assemble(b"a\n") == [("a", OUT)]
    assert assemble() == []


def test_carriage_return_and_newline_end_one_line() -> None:
    assert assemble(b"a\r\nb\r", b"\nc\r\n") == [("a", OUT), ("b", OUT), ("c", OUT)]


def test_characters_cut_between_chunks() -> None:
    assert assemble("é€".encode()[:1], "é€".encode()[1:4], "é€".encode()[4:]) == [("é€", OUT)]
    assert assemble(b"a\xc3") == [("a\ufffd", OUT)]


def test_a_bar_shows_one_state_a_second_and_the_last() -> None:
    chunks = [b"\r%3d%%" % i for i in range(101)]
    assert assemble(*chunks, b"\n", step_us=1000) == [("100%", BAR)]
    shown = assemble(*chunks, b"\nnext\n", step_us=100_000)
    assert shown[-2:] == [("100%", BAR), ("next", OUT)]
    assert len(shown) == 11
    assert shown[0] == (" 10%", BAR)


def test_a_bar_with_the_return_behind() -> None:
    assert assemble(b"10%\r20%\r", b"30%\r") == [("30%", BAR)]
    assert assemble(b"10%\r20%\rdone\n") == [("done", BAR)]
    assert assemble(b"10%\r20%\r\n") == [("20%", BAR)]
    assert assemble(b"\r\r\r") == []


def test_a_long_line_is_cut_between_characters() -> None:
    told = assemble(("é" * 100_000).encode(), b"\nnext")
    assert "".join(text for text, _ in told[:-1]) == "é" * 100_000
    assert [metadata for _, metadata in told] == [OUT, MORE, MORE, MORE, OUT]
    assert max(len(text.encode()) for text, _ in told) == MAX_ENTRY_BYTES


def test_a_line_written_letter_by_letter_costs_no_more_than_its_length() -> None:
    told = assemble(*[b"x"] * 300_000)
    assert "".join(text for text, _ in told) == "x" * 300_000
    assert len(told) == 5


@settings(max_examples=300, deadline=None)
@given(st.lists(st.binary(max_size=20)), st.booleans())
def test_any_bytes_without_returns_are_all_there(chunks: list[bytes], piped: bool) -> None:
    whole = b"".join(chunk.replace(b"\r", b"") for chunk in chunks)
    assembler = LineAssembler("stderr", piped=piped)
    logs = [log for chunk in chunks for log in assembler.feed(chunk.replace(b"\r", b""), 7)] + assembler.finish()
    expected = clean_text(whole.decode(errors="replace"))
    assert "".join(log.message + "\n" for log in logs).removesuffix("\n") == expected.removesuffix("\n")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b"a", b"bc", b"\r", b"\n", b"\r\n", b"\xc3", b"\xa9", b"\0"])), st.data())
def test_how_the_bytes_are_cut_changes_nothing(parts: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(parts)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)))))
    chunks = [whole[a:b] for a, b in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert assemble(*chunks) == assemble(whole)
