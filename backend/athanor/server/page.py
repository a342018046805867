"""What a browser gets outside the API: one page shell for every address of the interface, and its assets.

`make setup` builds them from frontend/ into the package.
"""

from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

PAGES = Path(__file__).parent / "pages"
BUILT = Path(__file__).parent / "static" / "page"

_MEDIA_TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
}
_UNCHANGING = {"cache-control": "public, max-age=31536000, immutable"}
_CHECKED = {"cache-control": "no-cache"}


@get(["/", "/{path:path}"], include_in_schema=False, sync_to_thread=False, media_type="text/html")
def page_shell() -> Response[bytes]:
    """The same page for every address: its own router reads it."""
    built = BUILT / "index.html"
    shell = built if built.is_file() else PAGES / "not_built.html"
    return Response(shell.read_bytes(), media_type="text/html", headers=_CHECKED)


@get("/assets/{path:path}", include_in_schema=False, sync_to_thread=True)
def page_asset(request: Request[Any, Any, Any], path: FromPath[str]) -> Response[bytes]:
    """One of the page's files, compressed for who takes that; nothing outside their folder."""
    folder = (BUILT / "assets").resolve()
    file = (folder / path.lstrip("/")).resolve()
    media_type = _MEDIA_TYPES.get(file.suffix)
    if media_type is None or not file.is_relative_to(folder) or not file.is_file():
        raise NotFoundException
    # What the build wrote has a hash in its name.
    headers = {**(_UNCHANGING if file.parent.name == "built" else _CHECKED), "vary": "accept-encoding"}
    compressed = file.with_name(f"{file.name}.gz")
    if "gzip" in request.headers.get("accept-encoding", "") and compressed.is_file():
        file = compressed
        headers["content-encoding"] = "gzip"
    return Response(file.read_bytes(), media_type=media_type, headers=headers)


PAGE_HANDLERS: list[HTTPRouteHandler] = [page_shell, page_asset]
