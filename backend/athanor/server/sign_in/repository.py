"""The table of browser sessions. All times are the database's."""

from collections.abc import Sequence

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

LIFETIME = "30 days"
IDLE_LIFETIME = "7 days"
LIFETIME_S = 30 * 24 * 3600

_CREATE = text(f"""
    INSERT INTO browser_sessions (id_hash, token_fingerprint, idle_ends_at, ends_at) VALUES (
        :id_hash, :fingerprint, clock_timestamp() + interval '{IDLE_LIFETIME}',
        clock_timestamp() + interval '{LIFETIME}'
    )
""")  # noqa: S608
_STANDING = text("""
    SELECT id_hash, last_seen_at < clock_timestamp() - interval '1 minute' AS is_stale FROM browser_sessions
    WHERE id_hash = ANY(:id_hashes) AND token_fingerprint = :fingerprint
    AND clock_timestamp() < least(idle_ends_at, ends_at)
""")
_SEEN = text(f"""
    UPDATE browser_sessions
    SET last_seen_at = clock_timestamp(), idle_ends_at = clock_timestamp() + interval '{IDLE_LIFETIME}'
    WHERE id_hash = ANY(:id_hashes) AND clock_timestamp() < least(idle_ends_at, ends_at)
""")  # noqa: S608
_DELETE = text("DELETE FROM browser_sessions WHERE id_hash = :id_hash")
_DELETE_OF_TOKEN = text("DELETE FROM browser_sessions WHERE token_fingerprint = :fingerprint")
_DELETE_ENDED = text("DELETE FROM browser_sessions WHERE clock_timestamp() >= least(idle_ends_at, ends_at)")


async def create(session: AsyncSession, id_hash: bytes, fingerprint: bytes) -> None:
    """Also removes what ended by itself: signing in is what makes the table grow."""
    await session.execute(_DELETE_ENDED)
    await session.execute(_CREATE, {"id_hash": id_hash, "fingerprint": fingerprint})


async def standing(session: AsyncSession, id_hashes: Sequence[bytes], fingerprint: bytes) -> set[bytes]:
    """Those of `id_hashes` that are sessions now, made with this token; notes that they are in use."""
    rows = (await session.execute(_STANDING, {"id_hashes": list(id_hashes), "fingerprint": fingerprint})).all()
    if stale := [row.id_hash for row in rows if row.is_stale]:
        await session.execute(_SEEN, {"id_hashes": stale})
    return {row.id_hash for row in rows}


async def delete(session: AsyncSession, id_hash: bytes) -> None:
    await session.execute(_DELETE, {"id_hash": id_hash})


async def delete_of_token(session: AsyncSession, fingerprint: bytes) -> None:
    """Every session made with the token of this fingerprint."""
    await session.execute(_DELETE_OF_TOKEN, {"fingerprint": fingerprint})
