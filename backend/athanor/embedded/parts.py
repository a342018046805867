"""What the supervisor runs: a program, and how to tell when it is ready and how to end it."""

import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from athanor.embedded.postgres import Postgres
from athanor.embedded.processes import User
from athanor.embedded.valkey import Valkey


async def _at_once(pid: int) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Part:
    """One program of `athanor up`. `argv[0]` is an absolute path; `env` is its whole environment."""

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    prepare: Callable[[], None] | None = None  # before each start; may raise StartError
    repair: Callable[[str], str | None] | None = None  # see `Valkey.repair`
    ready: Callable[[int], Awaitable[bool]] = _at_once  # asked again and again with the process id
    ready_within_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM
    hurry_signal: signal.Signals = signal.SIGKILL  # when the person presses Ctrl-C a second time
    death_signal: signal.Signals = signal.SIGKILL  # when the supervisor is gone
    unshown: Sequence[str] = ()  # a line of output that holds one of these is nobody's business
    patience_s: float = 10.0  # from the stop signal to SIGKILL
    folder: Path | None = None  # where it runs
    user: User | None = None  # whom it runs as


def postgres_part(postgres: Postgres, env: Mapping[str, str]) -> Part:
    """The bundled PostgreSQL. Crash recovery of much data takes its time, so does the last checkpoint."""
    return Part(
        name=postgres.name,
        argv=postgres.command,
        env=env,
        prepare=postgres.prepare,
        ready=_asking(postgres.is_ready),
        ready_within_s=600.0,
        stop_signal=postgres.stop_signal,
        hurry_signal=signal.SIGQUIT,  # "immediate": recovers at the next start
        death_signal=postgres.stop_signal,
        patience_s=30.0,
        folder=postgres.folder,
        user=postgres.user,
    )


def valkey_part(valkey: Valkey, env: Mapping[str, str]) -> Part:
    """The bundled Valkey, which first reads its file of the time before."""
    return Part(
        name=valkey.name,
        argv=valkey.command,
        env=env,
        prepare=valkey.prepare,
        repair=valkey.repair,
        unshown=["Memory overcommit must be enabled"],  # concerns data many times larger than a queue
        ready=_asking(valkey.is_ready),
        ready_within_s=120.0,
        stop_signal=valkey.stop_signal,
        death_signal=valkey.stop_signal,
        folder=valkey.folder,
    )


def _asking(is_ready: Callable[[int], bool]) -> Callable[[int], Awaitable[bool]]:
    async def ready(pid: int) -> bool:
        return is_ready(pid)

    return ready
