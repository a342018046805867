"""Row 19, discovery: whatever a module does at import is told with the reason, and the rest is found."""

import asyncio
import gc
import os
from pathlib import Path

import pytest

from athanor.wire.catalogue import Catalogue, CatalogueEntry
from athanor.worker.catalogue_scan import discover

FOLDER = Path(__file__).parent / "row_19_modules"
TIMEOUT_S = 5.0


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    gc.collect()
    before = len(os.listdir("/dev/fd"))
    found = asyncio.run(discover([FOLDER], timeout_s=TIMEOUT_S, environment=os.environ))
    gc.collect()
    assert len(os.listdir("/dev/fd")) <= before
    return found


def entry(catalogue: Catalogue, name: str) -> CatalogueEntry:
    (found,) = [part for part in catalogue.entries if part.name == name]
    return found


def test_every_module_is_accounted_for_once(catalogue: Catalogue) -> None:
    assert sorted((part.name, part.error is None) for part in catalogue.entries) == [
        ("bad_argument", False),
        ("broken_pack", False),
        ("chatty", True),
        ("colorsys", False),
        ("complex_config", False),
        ("crashes_at_import", False),
        ("does_not_import", False),
        ("exits_at_import", False),
        ("fine", True),
        ("good_neighbour", True),
        ("inner", True),
        ("leaves_at_import", False),
        ("list_config", False),
        ("loops_at_import", False),
        ("plain_annotation", False),
        ("twin", False),
        ("twin", False),
        ("unknown_config", False),
    ]


@pytest.mark.parametrize(
    ("name", "reason", "trace"),
    [
        ("does_not_import", "ModuleNotFoundError: No module named 'a_module_that_is_not_there'", "does_not_import.py"),
        ("loops_at_import", f"did not finish importing within {TIMEOUT_S:g} s", 'loops_at_import.py", line '),
        ("exits_at_import", "calls sys.exit(0) at import", "exits_at_import.py"),
        ("crashes_at_import", "ended the process with signal 11 at import", "crashes_at_import.py"),
        ("leaves_at_import", "ended the process with exit code 0 at import", None),
        ("bad_argument", "impatient: timeout: 'soon' is not a duration", "bad_argument.py"),
        ("broken_pack", "RuntimeError: this package is broken \\ud800 \u2400", "broken_pack/__init__.py"),
        ("colorsys", "the name 'colorsys' is taken by ", None),
        ("complex_config", "no schema can be made of Config", None),
        ("unknown_config", "name 'Nowhere' is not defined", None),
        ("plain_annotation", "is annotated int; write `def plain_annotation(run: Run[Config])`", None),
        ("list_config", "a config must be an object with named fields, but its type describes: array", None),
    ],
)
def test_the_reason_is_told(catalogue: Catalogue, name: str, reason: str, trace: str | None) -> None:
    found = entry(catalogue, name)
    assert reason in (found.error or "")
    assert (found.config_schema, found.form_schema, found.defaults) == (None, None, None)
    assert trace is None or trace in (found.traceback or "")


def test_the_trace_of_a_broken_module_begins_in_it(catalogue: Catalogue) -> None:
    lines = (entry(catalogue, "does_not_import").traceback or "").splitlines()
    assert lines[0] == "Traceback (most recent call last):"
    assert "does_not_import.py" in lines[1]


def test_duplicates_name_each_other(catalogue: Catalogue) -> None:
    twins = [part for part in catalogue.entries if part.name == "twin"]
    assert [part.module for part in twins] == ["twin_one", "twin_two"]
    assert {part.error for part in twins} == {
        "2 experiments are named 'twin', in twin_one and twin_two: give each its own name with @experiment(name=...)"
    }


def test_what_the_decorator_said_comes_along(catalogue: Catalogue) -> None:
    found = entry(catalogue, "fine")
    assert found == CatalogueEntry(
        name="fine",
        module="fine",
        title="Fine",
        description="Nothing wrong here.",
        config_schema={"type": "object", "properties": {}, "additionalProperties": False},
        form_schema={"type": "object", "properties": {}, "additionalProperties": False},
        defaults={},
        source_hash=found.source_hash,
        file=found.file,
        queue="gpu",
        timeout_s=90.0,
        stalled_s=600.0,
        memory_bytes=2**31,
        retries=2,
        retry_on=("error", "lost"),
        backoff_s=10.0,
        tags=("a", "b"),
    )
    assert len(found.source_hash or "") == 64
    assert Path(found.file or "").name == "fine.py"
    assert entry(catalogue, "inner").module == "pack.deep.inner"


def test_the_environment_is_recorded(catalogue: Catalogue) -> None:
    assert catalogue.python.count(".") == 2
    assert catalogue.packages["msgspec"] == "0.22.0"
