"""Asks the API server whether it answers."""

import asyncio


async def answers(host: str, port: int) -> bool:
    """Whether GET /api/health gives 200 within two seconds."""
    try:
        async with asyncio.timeout(2.0):
            reader, writer = await asyncio.open_connection(reachable(host), port)
            try:
                request = f"GET /api/health HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n"
                writer.write(request.encode())
                status = await reader.readline()
            finally:
                writer.close()
    except (OSError, TimeoutError, ValueError):
        return False
    return status.split()[1:2] == [b"200"]


def reachable(host: str) -> str:
    """The address to connect to, of one that is bound to."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - recognised, not bound
