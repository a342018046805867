"""The way to PostgreSQL: SQLAlchemy's engine, over connections that asyncpg makes from the address as it is written, so
that libpq's parameters in it (`sslmode`, `sslrootcert`, ...) mean what they mean everywhere."""

from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


def plain_address(url: str) -> str:
    """The address without the driver's name: what asyncpg and libpq read."""
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)


def make_engine(url: str, *, connect: dict[str, Any] | None = None, **options: Any) -> AsyncEngine:
    """`connect`: arguments of `asyncpg.connect`; `options`: of `create_async_engine`."""

    async def connect_to() -> asyncpg.Connection:
        return await asyncpg.connect(plain_address(url), **(connect or {}))

    return create_async_engine(url.partition("?")[0], async_creator=connect_to, **options)
