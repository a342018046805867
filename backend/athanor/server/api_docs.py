"""The API reference: `/api/docs` in the browser, offline, and `/api/openapi.json`."""

from collections.abc import Callable
from pathlib import Path

from litestar import Response, Router, get
from litestar.params import FromPath

from athanor.domain.errors import NotFound
from athanor.server.page import PAGES

SWAGGER_UI = Path(__file__).parent / "static" / "api-docs"

_FILES = {
    "swagger-ui.css": (SWAGGER_UI, "text/css"),
    "swagger-ui-bundle.js": (SWAGGER_UI, "text/javascript"),
    "favicon-32x32.png": (SWAGGER_UI, "image/png"),
    "api_docs.js": (PAGES, "text/javascript"),
}


def api_docs_router(description: Callable[[], bytes]) -> Router:
    """`description` gives openapi.json."""

    @get("/docs", sync_to_thread=False)
    def api_docs_page() -> Response[bytes]:
        return Response((PAGES / "api_docs.html").read_bytes(), media_type="text/html")

    @get("/docs/{name:str}", sync_to_thread=True)
    def api_docs_file(name: FromPath[str]) -> Response[bytes]:
        if name not in _FILES:
            raise NotFound(f"The API reference has no file {name!r}.")
        folder, media_type = _FILES[name]
        try:
            return Response((folder / name).read_bytes(), media_type=media_type)
        except FileNotFoundError:
            raise NotFound(f"{name} is not installed; `make setup` puts it into the package.") from None

    @get("/openapi.json", sync_to_thread=True)
    def openapi_json() -> Response[bytes]:
        return Response(description(), media_type="application/json")

    return Router("/api", route_handlers=[api_docs_page, api_docs_file, openapi_json], include_in_schema=False)
