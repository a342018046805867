"""Where the server may listen, under which names, and with which token."""

import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from athanor.server.authorities import authorities
from athanor.server.bind import is_loopback, secured
from athanor.settings import Settings, SettingsError

TOKEN = "x" * 16
URL = ("https://lab.example.org",)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost", "::ffff:127.0.0.1"])
def test_loopback_needs_nothing(host: str) -> None:
    assert is_loopback(host)
    settings = Settings(host=host)
    assert secured(settings) == settings


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.1.2.3", "192.0.2.1", "fe80::1", "::ffff:0.0.0.0", "0", ""])
def test_any_other_bind_needs_a_token_and_a_public_url(host: str) -> None:
    assert not is_loopback(host)
    for given, missing in (
        ({}, ["ATHANOR_TOKEN", "ATHANOR_PUBLIC_URL", "auto"]),
        ({"token": TOKEN}, ["ATHANOR_PUBLIC_URL"]),
        ({"public_urls": URL}, ["ATHANOR_TOKEN"]),
    ):
        with pytest.raises(SettingsError) as refused:
            secured(Settings(host=host, **given))  # type: ignore[arg-type]
        assert all(word in str(refused.value) for word in [*missing, "ATHANOR_HOST", "127.0.0.1"])
    assert secured(Settings(host=host, token=TOKEN, public_urls=URL)).token == TOKEN


def test_a_host_that_is_no_name_is_refused_in_one_sentence() -> None:
    for host in ("no-such-name.invalid", "300.1.1.1", "a b", "x" * 300):
        with pytest.raises(SettingsError, match="ATHANOR_HOST"):
            secured(Settings(host=host, token=TOKEN, public_urls=URL))


@pytest.mark.parametrize(
    "token", ["", "short", "x" * 15, "x" * 5000, "with space inside it", "naïve-token-of-length", "tab\tin-this-token"]
)
def test_a_poor_token_is_refused_even_on_loopback(token: str) -> None:
    with pytest.raises(SettingsError) as refused:
        secured(Settings(token=token))
    assert "ATHANOR_TOKEN" in str(refused.value)
    assert not token or token not in str(refused.value)


@pytest.mark.parametrize(
    "url",
    [
        "lab.example.org", "ftp://lab.example.org", "https://", "https://lab.example.org/athanor", "https://a@b.example",
        "https://lab.example.org?x=1", "https://lab.example.org:99999", "https://*.example.org", "https://la b.example",
        "javascript:alert(1)",
    ],
)  # fmt: skip
def test_a_public_url_must_be_an_origin(url: str) -> None:
    with pytest.raises(SettingsError, match="ATHANOR_PUBLIC_URL"):
        secured(Settings(public_urls=(url,)))


def test_the_names_this_server_answers_to() -> None:
    found = authorities(
        Settings(port=4000, public_urls=("https://Lab.example.org/", "http://10.0.0.5:8080", "http://[2001:db8::1]"))
    )
    assert found.hosts == {
        "127.0.0.1:4000", "localhost:4000", "[::1]:4000", "lab.example.org", "lab.example.org:443", "10.0.0.5:8080",
        "[2001:db8::1]", "[2001:db8::1]:80",
    }  # fmt: skip
    assert found.origins == {
        "http://127.0.0.1:4000", "http://localhost:4000", "http://[::1]:4000", "https://lab.example.org",
        "http://10.0.0.5:8080", "http://[2001:db8::1]",
    }  # fmt: skip
    assert found.secure_hosts == {"lab.example.org", "lab.example.org:443"}
    assert authorities(Settings(port=4000, public_urls=("https://localhost:4000",))).secure_hosts == set()
    assert "127.0.0.1" in authorities(Settings(port=80)).hosts
    assert "127.0.0.5:4000" in authorities(Settings(host="127.0.0.5")).hosts
    assert authorities(Settings(host="0.0.0.0")).hosts == authorities(Settings()).hosts


def test_auto_makes_one_token_for_its_owner_alone_and_keeps_it(tmp_path: Path) -> None:
    settings = Settings(token="auto", data_dir=tmp_path / "new" / "data")
    token = secured(settings).token
    path = settings.token_file
    assert token is not None
    assert len(token) >= 32
    assert path.read_text() == token + "\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    assert secured(settings).token == token
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir(path.parent) == ["token"]


def test_processes_that_start_at_once_agree_on_the_token(tmp_path: Path) -> None:
    settings = Settings(token="auto", data_dir=tmp_path / "data")
    with ThreadPoolExecutor(8) as pool:
        assert len({each.token for each in pool.map(lambda _: secured(settings), range(32))}) == 1


def test_a_token_that_cannot_be_kept_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="ATHANOR_TOKEN=auto"):
        secured(Settings(token="auto", data_dir=tmp_path / "file"))
    (tmp_path / "token").write_text("edited")
    with pytest.raises(SettingsError, match="at least 16"):
        secured(Settings(token="auto", data_dir=tmp_path))


def test_the_server_itself_refuses_to_start_open_to_all() -> None:
    program = (
        "from athanor.server.main import serve\nfrom athanor.settings import Settings, SettingsError\n"
        "try:\n    serve(Settings(host='0.0.0.0', port=1))\nexcept SettingsError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert "ATHANOR_TOKEN" in done.stdout
    assert "ATHANOR_PUBLIC_URL" in done.stdout
