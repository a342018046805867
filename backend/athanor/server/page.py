"""What a browser gets at `/` and below, outside the API: the page shell, its assets, and never anybody else's text."""

from pathlib import Path

from litestar import Response, get
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

PAGES = Path(__file__).parent / "pages"


@get(["/", "/{path:path}"], include_in_schema=False, sync_to_thread=False, media_type="text/html")
def page_shell() -> Response[bytes]:
    """One page for every address of the interface; today it says that there is none yet."""
    return Response(
        (PAGES / "home.html").read_bytes(),
        media_type="text/html; charset=utf-8",
        headers={"cache-control": "no-cache"},
    )


@get("/assets/{path:path}", include_in_schema=False, sync_to_thread=False)
def page_asset(path: FromPath[str]) -> Response[bytes]:
    """The page's files; there are none in this version."""
    raise NotFoundException


PAGE_HANDLERS: list[HTTPRouteHandler] = [page_shell, page_asset]
