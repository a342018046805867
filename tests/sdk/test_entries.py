import pytest

from athanor.sdk.entries import MAX_METADATA_BYTES, clean_metadata
from athanor.sdk.errors import ValueTooLargeError


def test_metadata_up_to_the_limit_is_kept_and_more_is_refused_by_name():
    room = MAX_METADATA_BYTES - len('{"a":""}')
    assert len(clean_metadata({"a": "x" * room})) == MAX_METADATA_BYTES
    with pytest.raises(
        ValueTooLargeError, match=r"is 65,537 bytes of JSON; 65,536 are kept\. Give large values to run"
    ):
        clean_metadata({"a": "x" * (room + 1)})
    with pytest.raises(ValueTooLargeError):
        clean_metadata({"a": "é" * (room // 2 + 1)})
