from msgspec import Struct

from athanor import Run, experiment


class Config(Struct):
    number: complex


@experiment
def complex_config(run: Run[Config]) -> None: ...


@experiment
def unknown_config(run: "Run[Nowhere]") -> None: ...  # type: ignore[name-defined]  # noqa: F821


@experiment
def plain_annotation(run: int) -> None: ...


@experiment
def list_config(run: Run[list[int]]) -> None: ...


@experiment
def good_neighbour(run: Run[None]) -> None: ...
