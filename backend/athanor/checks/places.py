"""Where a database is, in words that hold no password."""

from urllib.parse import unquote, urlsplit

from sqlalchemy import make_url


def postgres_place(url: str) -> str:
    """Like `db.example.org:5432, database athanor`, or the socket's folder in place of host and port."""
    found = make_url(url)
    query = found.query.get("host", "")
    host = found.host or (query if isinstance(query, str) else query[0]) or "127.0.0.1"
    port = found.port or found.query.get("port", 5432)
    return f"{host if host.startswith('/') else f'{host}:{port}'}, database {found.database or 'athanor'}"


def redis_place(url: str) -> str:
    """Like `redis.example.org:6379`, or the socket."""
    found = urlsplit(url)
    if found.scheme == "unix":
        return unquote(found.path)
    return f"{found.hostname or '127.0.0.1'}:{found.port or 6379}"
