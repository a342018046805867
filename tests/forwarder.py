"""A reverse proxy that ends TLS, or a published port, as a process: `forwarder.py PORT TARGET [CERTIFICATE]`.

It passes on what comes, byte by byte: the Host stays the one that the browser asked for.
"""

import asyncio
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

NAME = "lab.example.org"


class Certificate:
    """An authority that only the test trusts, and what the proxy shows: `file` has certificate and key."""

    def __init__(self, folder: Path) -> None:
        self._authority = trustme.CA()
        self.file = folder / "certificate.pem"
        self._authority.issue_cert(NAME).private_key_and_cert_chain_pem.write_to_path(str(self.file))

    @property
    def trust(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        self._authority.configure_trust(context)
        return context


@contextmanager
def forwarding(port: int, target: int, certificate: Certificate | None = None) -> Iterator[None]:
    """From `port` of this machine to `target`; by TLS with a certificate."""
    more = [] if certificate is None else [str(certificate.file)]
    process = subprocess.Popen(
        [sys.executable, __file__, str(port), str(target), *more], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "ready\n"
        yield
    finally:
        process.terminate()
        process.wait(10)
        process.stdout.close()


async def _serve(port: int, target: int, certificate: str | None) -> None:
    context = None
    if certificate is not None:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while data := await reader.read(65_536):
                writer.write(data)
                await writer.drain()
        except OSError:
            pass  # one side is gone: the other learns it by the end
        finally:
            writer.close()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        await asyncio.gather(pass_on(reader, back), pass_on(there, writer))

    async with await asyncio.start_server(take, "127.0.0.1", port, ssl=context) as server:
        print("ready", flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] if len(sys.argv) > 3 else None))
