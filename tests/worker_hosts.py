"""Worker hosts as network namespaces: each reaches PostgreSQL and Valkey over a cable that a test can pull.

Needs no root: the namespaces belong to a user namespace of their own. `missing()` says what this machine lacks.
"""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from conftest import Backend

_LISTEN = """
import socket, sys
made = []
for wish in sys.argv[2:]:
    address, port = wish.split(",")
    made.append(socket.create_server((address, int(port))))
with socket.socket(fileno=int(sys.argv[1])) as outside:
    socket.send_fds(outside, [b"x"], [each.fileno() for each in made])
"""
PORTS = {"postgres": 5432, "valkey": 6379}


def missing() -> str | None:
    """Why there can be no such hosts here; None: there can."""
    if not sys.platform.startswith("linux"):
        return "network namespaces are Linux's"
    try:
        tried = subprocess.run(
            ["unshare", "-Urn", "ip", "link", "add", "a0", "type", "veth", "peer", "name", "a1"],
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return "there is no unshare (util-linux)"
    return None if tried.returncode == 0 else f"no network namespaces: {tried.stderr.strip()}"


class Host:
    """A namespace with one cable."""

    def __init__(self, outside: "Namespace", number: int) -> None:
        self._outside = outside
        self._near, self._far = f"near{number}", f"far{number}"
        self.gateway = f"10.88.{number}.1"
        self.inside = Namespace([*outside.enter, "unshare", "-n"])
        outside.run("ip", "link", "add", self._near, "type", "veth", "peer", self._far, "netns", str(self.inside.pid))
        outside.run("ip", "address", "add", f"{self.gateway}/24", "dev", self._near)
        self.inside.run("ip", "address", "add", f"10.88.{number}.2/24", "dev", self._far)
        self.inside.run("ip", "link", "set", "lo", "up")
        self.inside.run("ip", "link", "set", self._far, "up")
        self.plug()

    def plug(self) -> None:
        self._outside.run("ip", "link", "set", self._near, "up")

    def pull(self) -> None:
        """No packet passes any more, and nobody is told."""
        self._outside.run("ip", "link", "set", self._near, "down")


class Namespace:
    """Held open by a process that sleeps."""

    def __init__(self, unshare: list[str]) -> None:
        before = os.readlink("/proc/self/ns/net")
        self._holder = subprocess.Popen([*unshare, "sleep", "infinity"])
        self.pid = self._holder.pid
        deadline = time.monotonic() + 60
        while not self._is_in(before):
            assert self._holder.poll() is None, f"{unshare} failed"
            assert time.monotonic() < deadline, f"{unshare} made no namespace"
            time.sleep(0.01)

    def _is_in(self, before: str) -> bool:
        """The holder has come to its last program, in a namespace that is not this process's."""
        return os.readlink(f"/proc/{self.pid}/ns/net") != before and Path(f"/proc/{self.pid}/comm").read_text() == (
            "sleep\n"
        )

    @property
    def enter(self) -> list[str]:
        """What to put before a command that is to run inside."""
        return ["nsenter", "--target", str(self.pid), "--user", "--net", "--preserve-credentials", "--"]

    def run(self, *command: str) -> None:
        subprocess.run([*self.enter, *command], check=True, capture_output=True, text=True)

    def listen(self, addresses: list[tuple[str, int]]) -> list[socket.socket]:
        """Listening sockets of this namespace for this process outside: a socket stays where it was made."""
        ours, theirs = socket.socketpair()
        with ours, theirs:
            wishes = [f"{address},{port}" for address, port in addresses]
            subprocess.run(
                [*self.enter, sys.executable, "-c", _LISTEN, str(theirs.fileno()), *wishes],
                pass_fds=[theirs.fileno()],
                check=True,
            )
            descriptors = socket.recv_fds(ours, 1, len(addresses))[1]
        return [socket.socket(fileno=descriptor) for descriptor in descriptors]

    def close(self) -> None:
        self._holder.kill()
        self._holder.wait()


class Forwarder:
    """Carries bytes between TCP and the servers' own sockets, in a thread: those can only be entered from outside."""

    def __init__(self, ways: list[tuple[socket.socket, str]]) -> None:
        self._ways = ways
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="forwarder", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        for listening, path in self._ways:
            self._loop.run_until_complete(asyncio.start_server(partial(self._forward, path), sock=listening))
        self._loop.run_forever()

    async def _forward(self, path: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner_reader, inner_writer = await asyncio.open_unix_connection(path)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        for listening, _ in self._ways:
            listening.close()


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(65_536):
            target.write(data)
            await target.drain()
    except OSError:
        pass  # the other end is gone: so is this one
    finally:
        target.close()


class WorkerHosts:
    def __init__(self, backend: Backend, count: int) -> None:
        self._backend = backend
        self._outside = Namespace(["unshare", "-Urn"])
        self.hosts = [Host(self._outside, number) for number in range(1, count + 1)]
        database = urlsplit(backend.database_url)
        self._database = database.path
        sockets = parse_qs(database.query)["host"][0]
        valkey = urlsplit(backend.redis_url).path
        sockets_of = {"postgres": f"{sockets}/.s.PGSQL.5432", "valkey": valkey}
        places = [(host.gateway, name) for host in self.hosts for name in PORTS]
        listening = self._outside.listen([(gateway, PORTS[name]) for gateway, name in places])
        self._forwarder = Forwarder(
            [(each, sockets_of[name]) for each, (_, name) in zip(listening, places, strict=True)]
        )

    def settings(self, host: Host) -> dict[str, str]:
        """Where a worker on this host finds the servers."""
        return {
            "ATHANOR_DATABASE_URL": f"postgresql://postgres@{host.gateway}:5432{self._database}",
            "ATHANOR_REDIS_URL": f"redis://{host.gateway}:6379",
        }

    def close(self) -> None:
        self._forwarder.close()
        for host in self.hosts:
            host.inside.close()
        self._outside.close()


@contextmanager
def worker_hosts(backend: Any, count: int) -> Iterator[WorkerHosts]:
    made = WorkerHosts(backend, count)
    try:
        yield made
    finally:
        made.close()
