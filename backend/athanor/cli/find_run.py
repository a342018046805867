"""Which run a person means: an id, the beginning of one, or `last`."""

import re
from uuid import UUID

from athanor.cli.api import Api, Failed, Listing
from athanor.domain.runs.schemas import Run

SHORTEST = 4
_SHOWN = 5


def find_run(api: Api, wanted: str) -> UUID:
    """The id of the run that `wanted` names. Raises Failed for none and for several."""
    if wanted == "last":
        newest = api.get("/runs", Listing[Run], limit=1).items
        if not newest:
            raise Failed("There is no run yet. Start one with `athanor run EXPERIMENT`.")
        return newest[0].id
    text = wanted.lower()
    if re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text):
        return UUID(text)
    if not re.fullmatch(r"[0-9a-f-]+", text) or len(text) < SHORTEST:
        raise Failed(f"{wanted!r} is no run: give its id, the first {SHORTEST} or more characters of it, or last.")
    found = _beginning_with(api, text)
    if not found:
        raise Failed(f"There is no run whose id begins with {text}. `athanor runs` lists the newest.")
    if len(found) > 1:
        listed = "\n".join(f"  {run.id}  {run.experiment}, {run.status}" for run in found[:_SHOWN])
        more = f"\n  and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise Failed(f"{len(found)} runs have ids that begin with {text}; give more of it:\n{listed}{more}")
    return found[0].id


def _beginning_with(api: Api, text: str) -> list[Run]:
    found: list[Run] = []
    cursor: str | None = None
    while True:
        page = api.get("/runs", Listing[Run], q=text, limit=1000, cursor=cursor)
        found += [run for run in page.items if str(run.id).startswith(text)]
        cursor = page.next_cursor
        if cursor is None:
            return found
