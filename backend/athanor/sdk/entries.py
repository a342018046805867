"""Log lines as reports: cut where they are too long, packed so that no frame grows without bound."""

from collections.abc import Iterable, Iterator, Mapping

from athanor.sdk.clean import clean_json
from athanor.sdk.errors import ValueTooLargeError
from athanor.wire import framing
from athanor.wire.reports import Level, Log, LogBatch
from athanor.wire.text import MAX_ENTRY_BYTES, split_entry

MAX_METADATA_BYTES = 64 * 1024
CONTINUED = '{"continued":true}'
_FRAME_ENTRIES = 1000
_FRAME_BYTES = 1024 * 1024


def clean_metadata(metadata: Mapping[str, object]) -> str:
    """The metadata of a log line as JSON.

    Raises:
        ValueTooDeepError: nested deeper than 500 levels.
        ValueTooLargeError: over MAX_METADATA_BYTES: a line has to fit into one frame of the stream.
    """
    text = clean_json(metadata)
    if len(text) * 4 > MAX_METADATA_BYTES and (size := len(text.encode())) > MAX_METADATA_BYTES:
        raise ValueTooLargeError(
            f"the metadata of a log line is {size:,} bytes of JSON; {MAX_METADATA_BYTES:,} are kept. "
            "Give large values to run.result."
        )
    return text


def log_entries(at_us: int, level: Level, message: str, metadata: str | None) -> list[Log]:
    """The entries of one clean message: one, or several where it is longer than an entry may be."""
    pieces = split_entry(message)
    first = Log(at_us, level, pieces[0], metadata)
    return [first, *(Log(at_us, level, piece, CONTINUED) for piece in pieces[1:])]


def pack_entries(entries: Iterable[Log]) -> list[bytes]:
    """`entries` as frames of about 1 MiB and 1,000 entries at most."""
    return [framing.pack(LogBatch(batch)) for batch in _batches(entries)]


def _batches(entries: Iterable[Log]) -> Iterator[list[Log]]:
    batch: list[Log] = []
    size = 0
    for entry in entries:
        length = len(entry.message) + len(entry.metadata or "")
        if batch and (len(batch) >= _FRAME_ENTRIES or size + length > _FRAME_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += length
    if batch:
        yield batch


def is_short(message: str) -> bool:
    """Whether `message` surely fits one entry."""
    return len(message) * 4 <= MAX_ENTRY_BYTES
