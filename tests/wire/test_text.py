"""Text that every part can store, in pieces of bearable size."""

from hypothesis import example, given
from hypothesis import strategies as st

from athanor.wire.text import MAX_ENTRY_BYTES, clean_text, split_entry


@given(st.text(st.characters(codec=None)))
@example("\0\ud800\udfff é\U0001f600")
def test_clean_text_is_storable_and_settled(text: str) -> None:
    cleaned = clean_text(text)
    cleaned.encode()
    assert "\0" not in cleaned
    assert clean_text(cleaned) == cleaned
    if text.isascii() and "\0" not in text:
        assert cleaned == text


@given(st.text(alphabet="aé€\U0001f600", max_size=50), st.integers(1, 4000))
def test_pieces_join_to_the_whole(text: str, times: int) -> None:
    whole = text * times
    pieces = split_entry(whole)
    assert "".join(pieces) == whole
    assert len(pieces) >= 1
    sizes = [len(piece.encode()) for piece in pieces]
    assert max(sizes) <= MAX_ENTRY_BYTES
    assert all(size > MAX_ENTRY_BYTES - 4 for size in sizes[:-1])
