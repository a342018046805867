"""What the API consists of: each domain adds its router here, and the server and openapi.json have it."""

from collections.abc import Sequence

from litestar import Router
from litestar.types import ControllerRouterHandler

from athanor.domain.experiments.routes import router as experiments
from athanor.domain.instances.routes import router as instances
from athanor.domain.logs.routes import router as logs
from athanor.domain.metrics.routes import router as metrics
from athanor.domain.overview.routes import router as overview
from athanor.domain.results.routes import router as results
from athanor.domain.runs.routes import router as runs
from athanor.domain.workers.routes import router as workers
from athanor.live.socket import stream

# Below one router: two domains may answer the same path by different methods.
_DOMAINS = Router("/", route_handlers=[overview, experiments, instances, runs, logs, results, metrics, workers])

ROUTERS: Sequence[ControllerRouterHandler] = (_DOMAINS, stream)
