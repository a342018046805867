"""Runs an `async def` experiment. Imported only for one: asyncio is the dearest import of the child."""

import asyncio
from collections.abc import Awaitable
from typing import Any

from athanor.sdk.errors import Cancelled
from athanor.sdk.state import RunState


def run_awaitable(awaitable: Awaitable[Any], state: RunState) -> Any:
    """The result of `awaitable`, run as the main task of a loop; that task is cancelled at the cancel request.

    Raises:
        Cancelled: the main task ended cancelled, after a cancel request.
    """

    async def main() -> Any:
        task = asyncio.current_task()
        assert task is not None
        loop = asyncio.get_running_loop()

        def cancel() -> None:
            try:
                loop.call_soon_threadsafe(task.cancel)
            except RuntimeError:
                pass  # the loop is closed: the experiment is over already

        state.on_cancel(cancel)
        return await awaitable

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        if state.cancelled:
            raise Cancelled("the run was cancelled") from None
        raise
