"""Text that every part can store and show: the same rule in the child and in the worker."""

MAX_ENTRY_BYTES = 64 * 1024
"""A longer line becomes consecutive entries."""


def clean_text(text: str) -> str:
    """`text` with NUL as U+2400 and lone surrogates escaped (`\\udc80`): valid UTF-8 that PostgreSQL stores."""
    if "\0" in text:
        text = text.replace("\0", "\u2400")
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-8", "backslashreplace").decode()
    return text


def split_entry(text: str) -> list[str]:
    """`text` in pieces of at most MAX_ENTRY_BYTES of UTF-8, cut between characters. Never empty."""
    if len(text) * 4 <= MAX_ENTRY_BYTES or len(data := text.encode()) <= MAX_ENTRY_BYTES:
        return [text]
    pieces = []
    start = 0
    while start < len(data):
        end = min(start + MAX_ENTRY_BYTES, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end].decode())
        start = end
    return pieces
