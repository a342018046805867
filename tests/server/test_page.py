"""The page and its files over HTTP."""

import re
from collections.abc import Iterator

import pytest

from api_serving import Running, serving, whole_api
from athanor.server.page import BUILT


@pytest.fixture(scope="module")
def api() -> Iterator[Running]:
    with serving(whole_api) as running:
        yield running


@pytest.mark.parametrize("path", ["/", "/experiments/new", "/runs/0190b5a2-7c6e-7cc2-9a3e-0d6f1b2c3d4e"])
def test_every_address_of_the_interface_gives_the_page(api: Running, path: str) -> None:
    answer = api.client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.content == (BUILT / "index.html").read_bytes()


def test_every_file_that_the_page_names_is_there_and_what_has_a_hash_is_kept(api: Running) -> None:
    named = re.findall(r'(?:src|href)="(/[^"]+)"', api.client.get("/").text)
    assert len(named) >= 4
    for path in named:
        answer = api.client.get(path)
        assert answer.status_code == 200, path
        kept = answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert kept is path.startswith("/assets/built/"), path
    assert api.client.get("/assets/favicon.svg").headers["content-type"] == "image/svg+xml"


def test_who_takes_gzip_gets_the_same_in_fewer_bytes(api: Running) -> None:
    script = re.findall(r'src="(/assets/built/[^"]+)"', api.client.get("/").text)[0]
    plain = api.client.get(script, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers
    packed = api.client.get(script, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["content-type"] == plain.headers["content-type"] == "text/javascript; charset=utf-8"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert api.client.get(f"{script}.gz").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/assets/", "/assets/built/nothing.js", "/assets/..%2Findex.html", "/assets/..%2Fmanifest.json", "/assets/built"],
)
def test_nothing_else_is_given_out(api: Running, path: str) -> None:
    assert api.client.get(path).status_code == 404
