"""Starts parts again when Athanor's own code changes, for those who work on it."""

from pathlib import Path

import athanor
from athanor.embedded.supervisor import Supervisor


async def watch(supervisor: Supervisor, *names: str) -> None:
    """Goes on until it is cancelled."""
    from watchfiles import PythonFilter, awatch  # here: nobody else needs its thread and its memory

    folder = Path(athanor.__file__).parent
    async for changes in awatch(folder, watch_filter=PythonFilter()):
        changed = sorted({str(Path(path).relative_to(folder)) for _, path in changes})
        more = f" and {len(changed) - 3} more" if len(changed) > 3 else ""
        supervisor.console.line("reload", f"{', '.join(changed[:3])}{more}")
        await supervisor.restart(*names)
