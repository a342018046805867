"""Seeds the shipped examples through the REST API, as anybody else would create instances."""

import asyncio
import json
import time
import urllib.request
from typing import Any
from urllib.error import HTTPError

from athanor.embedded.console import Console
from athanor.embedded.health import reachable
from athanor.settings import Settings

FIRST = "handwritten_digits"
_CATALOGUE_WITHIN_S = 60.0

EXAMPLES: list[dict[str, Any]] = [
    {
        "experiment": FIRST,
        "name": "Digits: a small neural network",
        "description": "Learns 1,797 scans of handwritten digits; five folds, a metric per epoch, a confusion matrix.",
        "tags": ["example", "scikit-learn"],
        "config": {"model": {"kind": "neural_network"}},
    },
    {
        "experiment": FIRST,
        "name": "Digits: a random forest",
        "description": "The same digits and folds, for comparison.",
        "tags": ["example", "scikit-learn"],
        "config": {"model": {"kind": "random_forest", "trees": 200}},
    },
    {
        "experiment": "coin_flip",
        "name": "A fair coin",
        "description": "The smallest experiment: a metric, a log line and a result.",
        "tags": ["example"],
        "config": {"flips": 1000},
    },
    {
        "experiment": "substrate_shift",
        "name": "Two small language models, no key needed",
        "description": "How the answers differ when one model takes another's place. Runs on the built-in models.",
        "tags": ["example", "language-models"],
        "config": {},
    },
    {
        "experiment": "log_storm",
        "name": "A hundred thousand lines",
        "description": "Writes log lines as fast as they are taken; ask for up to five million.",
        "tags": ["example", "load"],
        "config": {"lines": 100_000},
    },
]


async def seed(settings: Settings, console: Console) -> None:
    """Creates the examples that the catalogue offers when there is no instance yet, and starts the first one.

    What goes wrong is said on the console and harms nothing.
    """
    try:
        await asyncio.to_thread(_seed, settings, console)
    except HTTPError as error:
        console.line("examples", f"not created: {error} {error.read(2000).decode(errors='replace')}")
    except (OSError, ValueError, KeyError) as error:
        console.line("examples", f"not created: {error}")


def _seed(settings: Settings, console: Console) -> None:
    api = _Api(settings)
    if api.call("GET", "/instances?limit=1")["items"]:
        return
    offered = _wait_for_catalogue(api)
    wanted = [example for example in EXAMPLES if example["experiment"] in offered]
    created = [(example, api.call("POST", "/instances", example)) for example in wanted]
    console.line("examples", f"{len(created)} instances created")
    for example, instance in created:
        if example["experiment"] == FIRST:
            run = api.call("POST", f"/instances/{instance['id']}/runs", {})
            console.line("examples", f"first run of {example['name']!r} started: {api.site}/runs/{run['id']}")
            return


def _wait_for_catalogue(api: "_Api") -> set[str]:
    """The names on offer, once the worker has written them down: all of the examples', or those after a minute."""
    deadline = time.monotonic() + _CATALOGUE_WITHIN_S
    while True:
        items = api.call("GET", "/experiments")["items"]
        offered = {item["name"] for item in items if not item.get("error")}
        if offered.issuperset(example["experiment"] for example in EXAMPLES) or time.monotonic() > deadline:
            return offered
        time.sleep(0.2)


class _Api:
    def __init__(self, settings: Settings) -> None:
        host = reachable(settings.host)
        self.site = f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
        self.base = f"{self.site}/api"
        # Whatever address is bound, the gate knows this name.
        self._headers = {"Content-Type": "application/json", "Host": f"127.0.0.1:{settings.port}"}
        token = settings.token_file.read_text().strip() if settings.makes_token else settings.token
        if token:
            self._headers["Authorization"] = f"Bearer {token}"

    def call(self, method: str, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, self._headers, method=method)  # noqa: S310 - http
        with _OPENER.open(request, timeout=10.0) as answer:
            return json.load(answer)


_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # a proxy cannot reach this machine's loopback
