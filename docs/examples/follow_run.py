"""Follow a run's log lines, each exactly once and in order, whatever restarts in between.

pip install websockets
python follow_run.py RUN_ID                  # ATHANOR_URL and ATHANOR_TOKEN are read from the environment
"""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException


async def follow(url: str, run_id: str, token: str | None = None, after: int = -1) -> AsyncIterator[dict[str, Any]]:
    """Every line behind offset `after`: the last one seen is all that a new socket needs to go on."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    while True:
        try:
            async with connect(url, additional_headers=headers) as socket:
                await socket.send(json.dumps({"op": "subscribe", "topic": f"run:{run_id}:logs", "after": after}))
                async for text in socket:
                    frame = json.loads(text)
                    if frame["type"] == "batch":
                        for line in frame["items"]:
                            after = line["offset"]
                            yield line
                    elif frame["type"] == "end":
                        return
                    elif frame["type"] in ("error", "resync"):
                        raise RuntimeError(frame.get("message") or frame["why"])
        except InvalidStatus as refused:
            if refused.response.status_code < 500:
                raise  # no token, a wrong one, or another address than the server's own: trying again helps nobody
        except (OSError, WebSocketException):
            pass  # the server restarts: the next socket goes on behind `after`
        await asyncio.sleep(0.2)


async def main() -> None:
    address = os.environ.get("ATHANOR_URL", "http://127.0.0.1:4000")
    url = address.replace("http", "ws", 1) + "/api/stream"
    async for line in follow(url, sys.argv[1], os.environ.get("ATHANOR_TOKEN")):
        print(line["offset"], line["timestamp"], line["level"].upper(), line["message"], line["metadata"] or "")


if __name__ == "__main__":
    asyncio.run(main())
