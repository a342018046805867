"""`athanor up` with real databases and tiny parts, run as a script: `up`, and then `migrate`, `server`, `worker`.

STAND_IN_BROKEN=<part>   that part ends with exit code 3 at once
STAND_IN_DRAIN=<seconds> how long the worker goes on after SIGTERM
"""

import asyncio
import json
import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import asyncpg
import redis

from athanor.embedded.errors import StartError
from athanor.embedded.examples import EXAMPLES
from athanor.embedded.up import Up, run
from athanor.settings import Settings


def up() -> None:
    program = [sys.executable, __file__]
    options = Up(settings=Settings.from_environment(), program=program, with_examples="--examples" in sys.argv)
    try:
        run(options)
    except StartError as error:
        sys.exit(f"Error: {error}")


def migrate() -> None:
    async def count() -> int:
        connection = await asyncpg.connect(os.environ["ATHANOR_DATABASE_URL"].replace("+asyncpg", ""))
        await connection.execute("CREATE TABLE IF NOT EXISTS starts (at timestamptz DEFAULT now())")
        await connection.execute("INSERT INTO starts DEFAULT VALUES")
        return int(await connection.fetchval("SELECT count(*) FROM starts"))

    with redis.Redis.from_url(os.environ["ATHANOR_REDIS_URL"]) as client:
        print(f"start number {asyncio.run(count())} here, {client.incr('starts')} there")


class _Api(BaseHTTPRequestHandler):
    instances: list[dict[str, object]] = []  # noqa: RUF012 - the server's whole memory

    def do_GET(self) -> None:
        items = [{"name": example["experiment"], "error": None} for example in EXAMPLES]
        self._answer({"items": self.instances if "instances" in self.path else items})

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        print(f"POST {self.path} {body.get('name')} {self.headers.get('Authorization')} {self.headers['Host']}")
        self.instances.append(body)
        self._answer({"id": f"id-{len(self.instances)}"})

    def _answer(self, body: object) -> None:
        data = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: object) -> None:
        pass


def server() -> None:
    api = ThreadingHTTPServer(("127.0.0.1", int(os.environ["ATHANOR_PORT"])), _Api)
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=api.shutdown).start())
    print(f"pid {os.getpid()} session {os.getsid(0)}")
    api.serve_forever()


def worker() -> None:
    asked: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: asked.append(received))
    print(f"pid {os.getpid()} session {os.getsid(0)} token {os.environ.get('ATHANOR_TOKEN')} \x1b[2J", flush=True)
    while not asked:
        time.sleep(0.01)
    print(f"draining after {signal.Signals(asked[0]).name}", flush=True)
    deadline = time.monotonic() + float(os.environ.get("STAND_IN_DRAIN", "0"))
    while (len(asked) < 2 and time.monotonic() < deadline) or os.environ.get("STAND_IN_DEAF"):
        time.sleep(0.01)
    print("drained" if len(asked) < 2 else "hurried", flush=True)


if __name__ == "__main__":
    if os.environ.get("STAND_IN_BROKEN") == sys.argv[1]:
        sys.exit(3)
    {"up": up, "migrate": migrate, "server": server, "worker": worker}[sys.argv[1]]()
