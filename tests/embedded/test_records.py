"""Which processes run is noted for the next start; that it cannot be noted ends nothing."""

import os
import sys
from pathlib import Path

from athanor.embedded.parts import Part
from athanor.embedded.records import Records


def test_a_record_that_cannot_be_written_is_told_and_no_more(tmp_path: Path) -> None:
    said: list[str] = []
    records = Records(tmp_path / "full", said.append)  # no folder: nothing can be written there
    records.add(Part(name="part", argv=[sys.executable], env={}), os.getpid())
    records.remove("part")
    assert len(said) == 2
    assert said[0].startswith("which processes run cannot be noted: ")
