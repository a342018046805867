"""What the API consists of: each domain adds its router here, and the server and openapi.json have it."""

from collections.abc import Sequence

from litestar.types import ControllerRouterHandler

from athanor.domain.logs.routes import router as logs
from athanor.domain.metrics.routes import router as metrics
from athanor.domain.results.routes import router as results
from athanor.domain.runs.routes import router as runs
from athanor.live.socket import stream

ROUTERS: Sequence[ControllerRouterHandler] = (runs, logs, results, metrics, stream)
