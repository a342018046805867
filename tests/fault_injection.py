"""Faults that can be put on a running stack, one or several at once; each heals what it broke before it returns."""

import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
import redis
from msgspec import Struct

from athanor.worker.heart import beat_every_s
from raw_socket import RawSocket
from stack import Stack, eventually


class Scene(Struct, frozen=True, kw_only=True):
    """What faults act on. `lease_s` is the workers'; `run_id` a run that is followed."""

    stack: Stack
    lease_s: float
    run_id: str
    dice: random.Random

    def between(self, low: float, high: float) -> None:
        time.sleep(self.dice.uniform(low, high))


class Fault(Struct, frozen=True, kw_only=True):
    """`deadly`: runs may end as `lost` or `interrupted` by it; otherwise each must complete."""

    name: str
    inject: Callable[[Scene], None]
    deadly: bool = False


class Edge:
    """A wait that comes ever closer to the moment at which one outcome becomes another, and then stays around it."""

    def __init__(self, wait_s: float, step_s: float) -> None:
        self._wait_s, self._step_s = wait_s, step_s
        self._was_late: bool | None = None

    def wait(self) -> None:
        time.sleep(self._wait_s)

    def was(self, *, late: bool) -> None:
        """What the last wait turned out to be."""
        if self._was_late is not None and late != self._was_late:
            self._step_s = max(self._step_s / 2, 0.004)
        self._was_late = late
        self._wait_s = max(0.0, self._wait_s + (-self._step_s if late else self._step_s))


def _server_killed(scene: Scene) -> None:
    scene.stack.kill_server()
    scene.between(0, 0.5)
    _start_server(scene.stack)


# One that starts while another fault has the database down ends with a sentence; whoever runs it starts it again.


def _start_server(stack: Stack) -> None:
    stack.begin_server()

    def answers() -> bool:
        assert stack.server is not None
        if stack.server.poll() is not None:
            stack.begin_server()
        try:
            return stack.http.get("/api/health").status_code == 200
        except httpx.HTTPError:
            return False

    eventually(answers, what="the API server")


def _start_worker(stack: Stack) -> None:
    before = stack.workers_ready()
    worker = stack.begin_worker()

    def is_ready() -> bool:
        nonlocal worker
        if worker.poll() is not None:
            worker = stack.begin_worker()
        return stack.workers_ready() > before

    eventually(is_ready, what="a worker")


def _redis_killed(scene: Scene) -> None:
    valkey = scene.stack.backend.servers.valkey
    valkey.kill()
    try:
        scene.between(0.1, 1.5)
    finally:
        valkey.start()


def _on_redis(act: Callable[[redis.Redis], object], times: int) -> Callable[[Scene], None]:
    def inject(scene: Scene) -> None:
        client = redis.Redis.from_url(scene.stack.backend.redis_url)
        for _ in range(times):
            try:
                act(client)
            except redis.ConnectionError:
                pass  # another fault has it down
            scene.between(0.1, 0.4)
        client.close()

    return inject


_ON_POSTGRES = threading.Lock()


@contextmanager
def _on_postgres(scene: Scene) -> Iterator[None]:
    """Two faults may want to end it: one after the other, with a heartbeat between. Together they could be an outage
    for longer than the lease, and that is another fault."""
    with _ON_POSTGRES:
        scene.stack.backend.servers.checkpoint()
        try:
            yield
        finally:
            time.sleep(beat_every_s(scene.lease_s) + 0.5)


def _postgres_restarted(scene: Scene) -> None:
    with _on_postgres(scene):
        scene.stack.backend.servers.postgres.restart(signal.SIGQUIT)


def _postgres_away(scene: Scene) -> None:
    servers = scene.stack.backend.servers
    with _on_postgres(scene):
        servers.postgres.kill()
        try:
            scene.between(0.2, scene.lease_s / 8)
        finally:
            servers.postgres.start()


def _worker_frozen(scene: Scene) -> None:
    worker = scene.dice.choice(scene.stack.workers)
    worker.send_signal(signal.SIGSTOP)
    try:
        scene.between(0.1, scene.lease_s / 8)
    finally:
        worker.send_signal(signal.SIGCONT)


def _worker_killed(scene: Scene) -> None:
    worker = scene.dice.choice(scene.stack.workers)
    worker.kill()
    worker.wait()
    scene.between(0, 0.5)
    _start_worker(scene.stack)


def _worker_drained(scene: Scene) -> None:
    worker = scene.dice.choice(scene.stack.workers)
    worker.send_signal(signal.SIGTERM)
    worker.wait(60)
    _start_worker(scene.stack)


def _clients_vanish(scene: Scene) -> None:
    for _ in range(30):
        try:
            client = RawSocket(scene.stack.port)
            client.subscribe(f"run:{scene.run_id}:logs", after=-1)
            client.reset()
        except OSError:
            pass  # the server is away by another fault
        scene.between(0, 0.03)


FAULTS = (
    Fault(name="API server killed", inject=_server_killed),
    Fault(name="Redis killed", inject=_redis_killed),
    Fault(name="Redis emptied", inject=_on_redis(lambda client: client.flushall(), 3)),
    Fault(name="pub/sub cut", inject=_on_redis(lambda client: client.client_kill_filter(_type="pubsub"), 5)),
    Fault(name="PostgreSQL restarted", inject=_postgres_restarted),
    Fault(name="PostgreSQL away", inject=_postgres_away),
    Fault(name="worker frozen for a moment", inject=_worker_frozen),
    Fault(name="worker killed", inject=_worker_killed, deadly=True),
    Fault(name="worker drained", inject=_worker_drained, deadly=True),
    Fault(name="clients vanish", inject=_clients_vanish),
)


# Servers end with the thread that started them: these threads stay.
_THREADS = ThreadPoolExecutor(thread_name_prefix="fault")


def inject_together(faults: tuple[Fault, ...], scene: Scene) -> None:
    """All at once, each in a thread; returns when all have healed. Raises what one of them raised."""
    for injected in [_THREADS.submit(fault.inject, scene) for fault in faults]:
        injected.result()
