"""One attempt at one run, from the claim to its ending in the ledger."""

import asyncio
import logging
import math
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from msgspec import Struct
from sqlalchemy import text

from athanor.db.session import Database, in_one_line, is_outage, try_until
from athanor.domain.runs.announce import announce
from athanor.domain.runs.reaper import after_reaping, ring_for_new_attempts
from athanor.domain.runs.transitions import Claim, finish, reap_attempt
from athanor.live.publisher import Publisher
from athanor.loops import happens
from athanor.process_log import say_about
from athanor.settings import Settings
from athanor.sizes import size_text
from athanor.wire.control import Assignment
from athanor.wire.reports import Report
from athanor.wire.status import Reason
from athanor.worker.append import Fence, Fenced
from athanor.worker.environment import capture
from athanor.worker.figures import ENDED, Figures
from athanor.worker.ingest import Ingest
from athanor.worker.process import Exit, RunProcess
from athanor.worker.silence import Silence
from athanor.worker.stopping import KILL_AFTER_S, Stopping

log = logging.getLogger(__name__)

ENVIRONMENT_WAIT_S = 3.0
"""An ending waits so long for what was found out about its start, so that it is not seen without."""
LAST_WORDS_S = 5.0
"""So long a worker that stops waits for a database that is away, to write how its runs ended."""

# In the order in which rows are locked: the run, then its vitals.
_RECORD_ENVIRONMENT = text("""
    WITH recorded AS (
        UPDATE runs SET environment = :environment WHERE id = :id AND attempt = :attempt RETURNING id
    )
    UPDATE run_vitals SET version = version + 1 FROM recorded WHERE run_id = recorded.id RETURNING run_id
""")


class Offer(Struct, frozen=True, kw_only=True):
    """What the worker's catalogue knows about an experiment it runs. `folder`: where its code lies."""

    module: str
    folder: Path
    python: str
    packages: dict[str, str]
    source_hash: str | None


class Ending(Struct, frozen=True):
    reason: Reason
    error: str | None = None
    traceback: str | None = None


class Execution:
    """The run's task on this worker. `cancel`, `interrupt` and `lose` may be called at any time."""

    def __init__(
        self,
        claim: Claim,
        offer: Offer,
        *,
        worker_id: UUID,
        settings: Settings,
        database: Database,
        publisher: Publisher,
        environment: Mapping[str, str],
        figures: Figures,
        claimed_at: float,
    ) -> None:
        """`claimed_at`: when the claim left, by the monotonic clock."""
        self.claim = claim
        self._offer = offer
        self._worker_id = worker_id
        self._settings = settings
        self._database = database
        self._publisher = publisher
        self._environment = environment
        self._figures = figures
        self._process: RunProcess | None = None
        self._stopping = Stopping(self._ask, self._terminate, self._kill)
        self._wake = asyncio.Event()
        self._deadline: float | None = None
        self._fence = Fence(run_id=claim.run_id, worker_id=worker_id, attempt=claim.attempt, lease_s=settings.lease_s)
        self._silence = Silence(
            claim.stalled_s, database=database, fence=self._fence, wake=self._wake.set, give_up=self._gives_up
        )
        self._renewed_at = claimed_at
        self._fenced = False
        self._last_words_until = math.inf
        self.settled = False
        """The ledger has the run's ending, or belongs to another attempt."""

    def cancel(self, *, force: bool) -> None:
        """A person's wish."""
        self._stopping.wish("user", grace_s=0.0 if force else self._settings.cancel_grace_s)
        self._wake.set()

    def interrupt(self) -> None:
        """The worker stops and the drain time is over."""
        self._last_words_until = time.monotonic() + KILL_AFTER_S + LAST_WORDS_S
        self._stopping.wish("interrupted", grace_s=0.0)
        self._wake.set()

    def lose(self) -> None:
        """The ledger gave the run to somebody else, or ended it: whatever still runs here must not."""
        self._fenced = True
        self._stopping.kill_now("lost")
        self._wake.set()

    def renewed(self, at: float) -> None:
        """The lease was renewed by a heartbeat that left at `at`, by the monotonic clock: the ledger renewed it then or
        later."""
        self._renewed_at = max(self._renewed_at, at)

    def pet(self) -> None:
        """Tells the guard process that this worker is alive."""
        if self._process is not None:
            self._process.pet()

    async def run(self) -> None:
        """Ends with the run's ending written, unless the run is no longer this worker's."""
        claim = self.claim
        say_about(run_id=str(claim.run_id), attempt=claim.attempt)
        ingest = Ingest(
            self._database,
            self._publisher,
            self._fence,
            {"logs": claim.logs, "results": claim.results, "metrics": claim.metrics},
            instance_id=claim.instance_id,
            pause=self._pause_process,
            resume=self._resume_process,
            figures=self._figures,
            give_up=self._gives_up,
        )
        writing = asyncio.create_task(ingest.run())
        writing.add_done_callback(lambda _: self._wake.set())
        recording = asyncio.create_task(self._record_environment())
        try:
            ending = await self._execute(ingest, writing)
            ingest.close()
            if ending.reason == "lost":
                await asyncio.wait([writing])  # what came before the end is written while the run is still ours
                self.settled = await self._lose()
            else:
                await writing
                await asyncio.wait([recording], timeout=ENVIRONMENT_WAIT_S)
                await self._finish(ending)
                self.settled = True
        except Fenced:
            self.settled = True
            log.warning("run_id=%s attempt=%s: no longer this worker's", claim.run_id, claim.attempt)
        except Exception as error:
            where = f"run_id={claim.run_id} attempt={claim.attempt}"
            if is_outage(error):
                log.warning("%s: left to the reaper, the database is away (%s)", where, in_one_line(error))
            else:
                log.exception("%s: left to the reaper", where)
        finally:
            # Not cancelled: both give up by themselves when the lease is gone, and a cancelled query would leave its
            # connection behind.
            ingest.close()
            await asyncio.gather(writing, recording, self._silence.settle(), return_exceptions=True)

    async def _execute(self, ingest: Ingest, writing: "asyncio.Task[None]") -> Ending:
        claim = self.claim
        assignment = Assignment(
            run_id=str(claim.run_id),
            attempt=claim.attempt,
            seed=claim.seed,
            module=self._offer.module,
            experiment=claim.experiment,
            config=bytes(claim.config).decode(),
            folders=[str(folder) for folder in self._settings.experiments],
            restored=claim.restored,
        )

        def take(reports: list[Report]) -> None:
            self._silence.heard()
            ingest.add(reports)

        try:
            self._process = await RunProcess.start(
                assignment,
                lease_s=self._settings.lease_s,
                environment=self._environment,
                on_reports=take,
                memory_bytes=claim.memory_bytes,
            )
        except OSError as error:
            return Ending("error", f"the experiment's process could not be started: {error}")
        self._deadline = None if claim.timeout_s is None else time.monotonic() + claim.timeout_s
        self._silence.heard()
        ended = asyncio.create_task(self._process.wait())
        ended.add_done_callback(lambda _: self._wake.set())
        try:
            while not ended.done():
                if writing.done():  # fenced, or the database was away for too long: nobody takes what it writes
                    self._stopping.kill_now("lost")
                    await self._process.abandon()
                    break
                self._wake.clear()
                steps = (*self._check_limits(), self._check_lease(), self._stopping.advance())
                waits = [step_s for step_s in steps if step_s is not None]
                if not ended.done():
                    await happens(self._wake, min(waits, default=None))
        finally:
            if not ended.done():
                self._process.kill()
            exit_ = await asyncio.shield(ended)
        return self._ending(exit_)

    def _check_limits(self) -> list[float | None]:
        """Wants a run to stop that takes too long or has stalled; seconds until either may be so. An experiment that
        is over, or is being stopped already, is measured no more."""
        if self._stopping.reason is not None or self._process is None or self._process.over:
            return []
        limits: list[tuple[float | None, Reason]] = [
            (None if self._deadline is None else self._deadline - time.monotonic(), "timeout"),
            (self._silence.advance(), "stalled"),
        ]
        left = sorted((left_s, reason) for left_s, reason in limits if left_s is not None)
        if left and left[0][0] <= 0:  # of two that are over, the one that was over first
            self._stopping.wish(left[0][1], grace_s=self._settings.cancel_grace_s)
            return []
        return [left_s for left_s, _ in left]

    def _check_lease(self) -> float | None:
        """Ends what runs here before the ledger may give the run to somebody else; seconds until then."""
        if (left_s := self._lease_left_s()) > 0:
            return left_s
        self._stopping.kill_now("lost")
        return None

    def _ending(self, exit_: Exit) -> Ending:
        reason = self._stopping.reason
        if reason == "timeout":
            return Ending("timeout", f"The run took longer than its timeout of {self.claim.timeout_s:g} s.")
        if reason == "stalled":
            return Ending(
                "stalled",
                "The run gave no sign of life (log line, result, metric, progress or checkpoint) for "
                f"{self.claim.stalled_s:g} s.",
            )
        if reason == "interrupted":
            return Ending("interrupted", "The worker was stopped, and the run did not end within the drain time.")
        if reason == "lost" or exit_.silent:
            return Ending("lost")
        if exit_.error is not None:
            return Ending("error", exit_.error)
        if exit_.verdict is not None:
            return Ending(exit_.verdict.reason, exit_.verdict.error, exit_.verdict.traceback)
        return Ending("user" if reason == "user" else "exit", _describe(exit_))

    async def _lose(self) -> bool:
        """Gives the attempt up as the reaper would, retries and all; False: it is the reaper's to end."""
        claim = self.claim
        tries = 0

        async def write() -> bool:
            nonlocal tries
            tries += 1
            async with self._database.unit() as unit:
                changes = await reap_attempt(
                    unit.session, run_id=claim.run_id, worker_id=self._worker_id, attempt=claim.attempt
                )
                await after_reaping(unit, changes)
                if tries > 1:  # as below
                    await announce(unit, [claim.run_id])
                return bool(changes)

        return await try_until(write, give_up=self._has_no_say, what=f"run_id={claim.run_id}")

    async def _finish(self, ending: Ending) -> None:
        claim = self.claim
        tries = 0

        async def write() -> bool:
            nonlocal tries
            tries += 1
            async with self._database.unit() as unit:
                change = await finish(
                    unit.session,
                    run_id=claim.run_id,
                    worker_id=self._worker_id,
                    attempt=claim.attempt,
                    reason=ending.reason,
                    error=ending.error,
                    traceback=ending.traceback,
                    forced=self._stopping.forced,
                )
                if change is not None:
                    if change.reason is not None:
                        unit.tally[f"{ENDED}{change.reason}"] += 1
                    reason = change.reason or ending.reason
                    log.info("run_id=%s attempt=%s: %s/%s", claim.run_id, claim.attempt, change.status, reason)
                    ring_for_new_attempts(unit, [change])
                # A second try may find the first one committed, its answer and its news lost.
                if change is not None or tries > 1:
                    await announce(unit, [claim.run_id])
                return change is not None

        await try_until(write, give_up=self._has_no_say, what=f"run_id={claim.run_id}")

    async def _record_environment(self) -> None:
        claim, offer = self.claim, self._offer
        environment = await capture(
            offer.folder, python=offer.python, packages=offer.packages, seed=claim.seed, source_hash=offer.source_hash
        )

        async def write() -> None:
            async with self._database.unit() as unit:
                recorded = await unit.session.execute(
                    _RECORD_ENVIRONMENT,
                    {"environment": bytes(environment).decode(), "id": claim.run_id, "attempt": claim.attempt},
                )
                await announce(unit, list(recorded.scalars()))

        await try_until(write, give_up=self._gives_up, what=f"run_id={claim.run_id}")

    def _lease_left_s(self) -> float:
        """Less than the ledger's, by what it takes to end the processes of a run."""
        lease_s = self._settings.lease_s
        return self._renewed_at + lease_s - min(2.0, lease_s / 8) - time.monotonic()

    def _gives_up(self) -> bool:
        return self._has_no_say() or self._lease_left_s() <= 0

    def _has_no_say(self) -> bool:
        """How the run ends is for others to write. A lease that ran out is no reason yet: until somebody ends the run
        for that, what happened is told better by its writer."""
        return self._fenced or time.monotonic() > self._last_words_until

    def _pause_process(self) -> None:
        self._silence.hold()
        if self._process is not None:
            self._process.pause()

    def _resume_process(self) -> None:
        self._silence.release()
        if self._process is not None:
            self._process.resume()

    def _ask(self) -> None:
        if self._process is not None:
            self._process.cancel()

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()


def _describe(exit_: Exit) -> str:
    """How a process without a verdict ended, in words."""
    if exit_.oom and exit_.memory_bytes is not None:
        limit = size_text(exit_.memory_bytes)
        return f"The run ran out of memory: it needed more than its limit of {limit}, and the kernel ended it."
    if exit_.oom:
        return "The run used more memory than it may, and the kernel ended it."
    if exit_.signal is not None:
        try:
            name = signal.Signals(exit_.signal).name
        except ValueError:
            name = "unknown"
        return f"The process was ended by signal {exit_.signal} ({name})."
    return f"The process exited with code {exit_.code} before the experiment returned."
