import os
from pathlib import Path

import pytest

from athanor.settings import Settings, SettingsError


def test_defaults():
    found = Settings.from_environment({})
    assert (found.host, found.port, found.queues, found.slots) == ("127.0.0.1", 4000, ("default",), os.cpu_count())
    assert found.data_dir == Path.cwd() / ".athanor"
    assert found.experiments == (Path.cwd() / "experiments",)
    assert (found.cancel_grace_s, found.lease_s, found.drain_s) == (10.0, 120.0, 10.0)
    assert (found.token, found.database_url, found.redis_url, found.public_urls) == (None, None, None, ())


def test_every_variable_is_read():
    found = Settings.from_environment(
        {
            "ATHANOR_HOST": "0.0.0.0",
            "ATHANOR_PORT": "4321",
            "ATHANOR_DATA_DIR": "/data",
            "ATHANOR_EXPERIMENTS": "/a:/b c",
            "ATHANOR_DATABASE_URL": "postgresql://u:p@h/d",
            "ATHANOR_REDIS_URL": "redis://h",
            "ATHANOR_QUEUES": "default, gpu",
            "ATHANOR_SLOTS": "3",
            "ATHANOR_CANCEL_GRACE": "500ms",
            "ATHANOR_LEASE": "5m",
            "ATHANOR_DRAIN": "7",
            "ATHANOR_TOKEN": "secret",
            "ATHANOR_PUBLIC_URL": "https://a.example, https://b.example",
            "ATHANOR_LOG_FORMAT": "json",
            "ATHANOR_UNKNOWN": "x",
        }
    )
    assert found == Settings(
        host="0.0.0.0",
        port=4321,
        data_dir=Path("/data"),
        experiments=(Path("/a"), Path("/b c")),
        database_url="postgresql+asyncpg://u:p@h/d",
        redis_url="redis://h",
        queues=("default", "gpu"),
        slots=3,
        cancel_grace_s=0.5,
        lease_s=300.0,
        drain_s=7.0,
        token="secret",
        public_urls=("https://a.example", "https://b.example"),
        log_format="json",
    )


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("ATHANOR_PORT", "0", "must be a whole number from 1 to 65535"),
        ("ATHANOR_PORT", "http", "must be a whole number"),
        ("ATHANOR_SLOTS", "-1", "must be a whole number from 1 to 1024"),
        ("ATHANOR_LEASE", "soon", "is not a duration; write it like"),
        ("ATHANOR_LEASE", "1s", "must be at least 2s"),
        ("ATHANOR_DRAIN", "0s", "is not a duration"),
        ("ATHANOR_QUEUES", "a b", "may hold letters, digits"),
        ("ATHANOR_DATABASE_URL", "mysql://u:secret@h/d", "must start with postgresql://"),
        (
            "ATHANOR_DATABASE_URL",
            "postgresql://u:secret@h/d?ssl=require&jit=1",
            "does not know, 'jit'; it may have:",
        ),
        ("ATHANOR_LOG_FORMAT", "xml", "must be text or json"),
        ("ATHANOR_REDIS_URL", "http://h:secret", "must start with redis://"),
    ],
)
def test_what_cannot_be_used_is_named_and_secrets_are_not_shown(name, value, said):
    with pytest.raises(SettingsError) as refused:
        Settings.from_environment({name: value})
    assert str(refused.value).startswith(name)
    assert said in str(refused.value)
    assert "secret" not in str(refused.value)
