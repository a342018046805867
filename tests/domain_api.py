"""A client of the whole API server, and a way into the database behind it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import httpx
from msgspec import Struct

from api_serving import Running
from athanor.db.session import Database
from factories import open_database

T = TypeVar("T")


class Api(Struct):
    """A client, and a way into the database behind the server."""

    running: Running
    database_url: str
    redis_url: str

    @property
    def client(self) -> httpx.Client:
        return self.running.client

    def work(self, what: Callable[[Database], Awaitable[T]]) -> T:
        """What `what` returns, given a database of the test's own."""

        async def run() -> T:
            async with open_database(self) as (database, _):
                return await what(database)

        return asyncio.run(run())

    def get(self, path: str, **parameters: Any) -> Any:
        answer = self.client.get(f"/api{path}", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, body: Any = None, *, status: int = 201) -> Any:
        answer = self.client.post(f"/api{path}", **({} if body is None else {"json": body}))
        assert answer.status_code == status, answer.text
        return answer.json()

    def refused(self, status: int, method: str, path: str, **request: Any) -> dict[str, str]:
        """The faults of a request that must fail with `status`: path to message; `detail` is among them."""
        answer = self.client.request(method, f"/api{path}", **request)
        assert answer.status_code == status, answer.text
        assert answer.headers["content-type"] == "application/problem+json"
        problem = answer.json()
        assert (problem["status"], problem["type"]) == (status, "about:blank")
        return {"detail": problem["detail"]} | {fault["path"]: fault["message"] for fault in problem["errors"]}

    def instance(self, **fields: Any) -> dict[str, Any]:
        body = {"name": "Fair coin", "experiment": "coin_flip", **fields}
        created: dict[str, Any] = self.post("/instances", body)
        return created


def id_of(entity: dict[str, Any]) -> UUID:
    return UUID(entity["id"])
