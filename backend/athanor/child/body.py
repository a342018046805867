"""From an assignment to a verdict: imports the module, decodes the config, calls the function."""

import importlib
import random
import sys
import time
from typing import Any

from athanor.child import ending
from athanor.child.importing import add_folders
from athanor.sdk.channel import Channel
from athanor.sdk.clean import clean_message
from athanor.sdk.entries import log_entries, pack_entries
from athanor.sdk.errors import ExperimentError, RunClosedError
from athanor.sdk.experiment import Experiment, find
from athanor.sdk.run import Run
from athanor.sdk.state import RunState
from athanor.wire.control import Assignment
from athanor.wire.reports import Level, Ready, Verdict

UNREPORTED = 70
"""Exit code when the verdict could not be sent (EX_SOFTWARE)."""


def run_assignment(assignment: Assignment, channel: Channel, state: RunState) -> int:
    """Runs the experiment, sends the verdict, and returns the exit code for the process."""
    exit_code = 0
    verdict = ending.ok()
    try:
        definition = _load(assignment)
        run: Run[Any] = Run(
            config=definition.config_type().decode(assignment.config),
            run_id=assignment.run_id,
            attempt=assignment.attempt,
            seed=assignment.seed,
            channel=channel,
            state=state,
            restored=assignment.restored,
        )
        _seed(assignment.seed)
        channel.send(Ready(time.time_ns() // 1000))
        _call(definition, run, channel, state)
        verdict = ending.ok()
    except SystemExit as error:
        exit_code = _exit_code(error)
    except BaseException as error:
        if state.cancelled and ending.is_cancellation(error):
            verdict = ending.cancelled()
        else:
            verdict = ending.failed(error)
            if state.verdict is not None:
                _log(channel, "error", f"raised after the verdict was recorded\n{verdict.traceback or verdict.error}")
    final = state.verdict or verdict
    if exit_code and final.reason == "ok":
        return exit_code  # no verdict: the exit code is the news
    return _send_verdict(channel, final) or exit_code


def _load(assignment: Assignment) -> Experiment:
    add_folders(assignment.folders)
    random.seed(assignment.seed)
    try:
        importlib.import_module(assignment.module)
    except SystemExit as error:
        raise ExperimentError(f"the module {assignment.module} calls sys.exit({error.code!r}) at import") from error
    definition = find(assignment.module, assignment.experiment)
    if definition is None:
        raise ExperimentError(f"the module {assignment.module} defines no experiment named {assignment.experiment!r}")
    return definition


def _seed(seed: int) -> None:
    random.seed(seed)
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed(seed % 2**32)


def _call(definition: Experiment, run: Run[Any], channel: Channel, state: RunState) -> None:
    returned = definition.function(run)
    if hasattr(returned, "__await__"):
        asynchronous = importlib.import_module("athanor.child.asynchronous")
        returned = asynchronous.run_awaitable(returned, state)
    if returned is not None:
        kind = type(returned).__name__
        _log(channel, "warn", f"the experiment returned a {kind}, which is not kept: use run.result(key, value)")


def _exit_code(error: SystemExit) -> int:
    """What the interpreter would make of it: text goes to stderr and means 1."""
    if error.code is None:
        return 0
    if isinstance(error.code, int):
        return error.code & 0xFF
    sys.stderr.write(f"{clean_message(error.code)}\n")
    return 1


def _send_verdict(channel: Channel, verdict: Verdict) -> int:
    try:
        channel.send(ending.clipped(verdict))
    except RunClosedError as error:
        sys.stderr.write(f"the end of the run could not be reported: {error}\n")
        return UNREPORTED
    return 1 if verdict.reason == "error" else 0


def _log(channel: Channel, level: Level, message: str) -> None:
    try:
        channel.send_frames(pack_entries(log_entries(time.time_ns() // 1000, level, message, '{"source":"athanor"}')))
    except RunClosedError:
        sys.stderr.write(message + "\n")
