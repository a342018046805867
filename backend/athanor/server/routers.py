"""What the API consists of: each domain adds its router here, and the server and openapi.json have it."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

ROUTERS: Sequence[ControllerRouterHandler] = ()
