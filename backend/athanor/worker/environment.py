"""What a run needs to be understood later: code version, packages, Python, host, seed. No environment variables."""

import asyncio
import hashlib
import platform
import time
from pathlib import Path

import msgspec
from msgspec import Struct

from athanor.worker.machine import host

GIT_TIMEOUT_S = 10.0


class Git(Struct, kw_only=True, frozen=True):
    """`dirty_hash`: SHA-256 over the difference to the commit and the untracked files' names; null when clean."""

    commit: str
    branch: str | None
    dirty_hash: str | None


class Environment(Struct, kw_only=True, frozen=True):
    host: str
    platform: str
    python: str
    packages: dict[str, str]
    seed: int
    git: Git | None
    source_hash: str | None
    """Of the code as discovery last saw it before the start; the run's own is that of its creation."""


async def capture(
    folder: Path, *, python: str, packages: dict[str, str], seed: int, source_hash: str | None
) -> msgspec.Raw:
    """The environment of a run whose module lies in `folder`, as JSON."""
    environment = Environment(
        host=host(),
        platform=platform.platform(),
        python=python,
        packages=packages,
        seed=seed,
        git=await _git_state(folder),
        source_hash=source_hash,
    )
    return msgspec.Raw(msgspec.json.encode(environment))


_FRESH_S = 1.0
_known: dict[Path, tuple[float, Git | None]] = {}


async def _git_state(folder: Path) -> Git | None:
    """None outside a repository, without git, and where git does not answer.

    Runs that start within the same second share one look, so that many short runs do not spend their time in git.
    """
    seen_at, state = _known.get(folder, (-_FRESH_S, None))
    if time.monotonic() - seen_at >= _FRESH_S:
        state = await _look(folder)
        _known[folder] = (time.monotonic(), state)
    return state


async def _look(folder: Path) -> Git | None:
    try:
        async with asyncio.timeout(GIT_TIMEOUT_S):
            commit = await _git(folder, "rev-parse", "HEAD")
            if commit is None:
                return None
            branch = await _git(folder, "symbolic-ref", "--quiet", "--short", "HEAD")
            difference = await _git(folder, "diff", "HEAD", "--no-ext-diff", "--no-color") or b""
            untracked = await _git(folder, "ls-files", "--others", "--exclude-standard", "--full-name") or b""
    except (OSError, TimeoutError):
        return None
    dirty = hashlib.sha256(difference + b"\0" + untracked).hexdigest() if difference or untracked else None
    return Git(commit=commit.decode().strip(), branch=branch.decode().strip() if branch else None, dirty_hash=dirty)


async def _git(folder: Path, *arguments: str) -> bytes | None:
    """The output of a git command that changes nothing; None if it failed."""
    process = await asyncio.create_subprocess_exec(
        "git",
        "--no-optional-locks",
        *arguments,
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    return output if process.returncode == 0 else None
