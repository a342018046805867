"""Loops that a process works at from its start to its stop."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

log = logging.getLogger(__name__)

ASK_EVERY_S = 0.2


def keep(loop: Coroutine[Any, Any, None], *, ended: Callable[[], None] = lambda: None) -> "asyncio.Task[None]":
    """Starts a loop that should never end by itself: if it does, that is logged as critical, and `ended` called."""

    def done(task: "asyncio.Task[None]") -> None:
        if not task.cancelled():
            log.critical("a loop of this process ended: %r", task.exception(), exc_info=task.exception())
            ended()

    task = asyncio.create_task(loop)
    task.add_done_callback(done)
    return task


async def happens(event: asyncio.Event, within_s: float | None) -> bool:
    """Whether the event came in time. Unlike `asyncio.wait_for` before Python 3.12 it swallows no cancellation."""
    try:
        async with asyncio.timeout(within_s):
            await event.wait()
    except TimeoutError:
        return False
    return True


def heard(task: "asyncio.Future[Any]") -> None:
    """Takes note of the result of a task that nobody may be waiting for, so that nobody complains that it was never
    looked at."""
    if not task.cancelled():
        task.exception()


async def end(tasks: Iterable["asyncio.Task[Any]"]) -> None:
    """Cancels tasks and returns when the last one is done.

    Asks again until it is heard: libraries swallow a cancellation that comes at the wrong moment (arq while it
    connects, `asyncio.wait_for` before Python 3.12 while its result arrives).
    """
    waiting = {task for task in tasks if not task.done()}
    while waiting:
        for task in waiting:
            task.cancel()
        _, waiting = await asyncio.wait(waiting, timeout=ASK_EVERY_S)
