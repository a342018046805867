"""The experiments' folders, looked at as a worker does: what cannot be imported, and why."""

import os
from collections.abc import Iterable

from athanor.doctor.findings import Finding, note, ok, problem
from athanor.settings import Settings
from athanor.worker.catalogue_scan import DiscoveryError, discover
from athanor.worker.child_environment import child_environment


async def look_at_experiments(settings: Settings) -> list[Finding]:
    """Imports every module in a child, which writes no bytecode."""
    missing = [folder for folder in settings.experiments if not folder.is_dir()]
    findings = [
        problem("experiments", f"{folder} is not there. Set ATHANOR_EXPERIMENTS, or run `athanor init {folder}`.")
        for folder in missing
    ]
    environment = {**child_environment(os.environ), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        catalogue = await discover(settings.experiments, environment=environment)
    except (DiscoveryError, OSError) as error:
        return [*findings, problem("experiments", f"cannot be looked for: {error}")]
    broken = [entry for entry in catalogue.entries if entry.error]
    found = sorted(entry.name for entry in catalogue.entries if not entry.error)
    findings += [problem("experiments", f"{entry.module}: {entry.error}") for entry in broken]
    if found:
        findings.append(ok("experiments", f"{len(found)} can run: {_shown(found)}"))
    elif not broken and not missing:
        findings.append(note("experiments", f"there are none in {', '.join(map(str, settings.experiments))}"))
    return findings


def _shown(names: Iterable[str]) -> str:
    first = list(names)
    return ", ".join(first[:10]) + (f" and {len(first) - 10} more" if len(first) > 10 else "")
