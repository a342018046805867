"""An experiment that fails with very many words."""

from msgspec import Struct

from athanor import Run, experiment


class Loud(Struct, kw_only=True, forbid_unknown_fields=True):
    characters: int = 10


@experiment
def shouts(run: Run[Loud]) -> None:
    """Each character takes six bytes as JSON."""
    raise ValueError("\x01" * run.config.characters)
