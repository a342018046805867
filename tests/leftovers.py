"""What a test must not leave behind: a process, a client's socket, an open transaction, a second ending."""

import asyncio
import re

import asyncpg
import httpx
import psutil

MARK = "STACK_OF_THE_TEST"
"""The variable by which every process of a stack is known, also one that left its parents, group and session."""

_NOTE_ENDINGS = """
CREATE SCHEMA observed;
CREATE TABLE observed.endings (run_id uuid, was text, became text);
CREATE FUNCTION observed.note() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO observed.endings VALUES (NEW.id, OLD.status, NEW.status); RETURN NULL; END
$$;
CREATE TRIGGER note AFTER UPDATE OF status, reason, completed_at ON runs FOR EACH ROW
    WHEN (OLD.status IN ('completed', 'failed', 'cancelled') OR NEW.status IN ('completed', 'failed', 'cancelled'))
    EXECUTE FUNCTION observed.note();
"""


def note_endings(database_url: str) -> None:
    """From now on PostgreSQL itself notes each ending of a run, and each change of one that is over."""
    asyncio.run(_ask(database_url, _NOTE_ENDINGS))


def ended_again(database_url: str) -> list[str]:
    """Runs that ended more than once; none where nobody took notes."""

    async def ask() -> list[str]:
        if (await _ask(database_url, "SELECT to_regclass('observed.endings')"))[0][0] is None:
            return []
        counted = (
            "SELECT run_id, array_agg(was || ' to ' || became) FROM observed.endings GROUP BY 1 HAVING count(*) > 1"
        )
        return [f"{row[0]}: {row[1]}" for row in await _ask(database_url, counted)]

    return asyncio.run(ask())


def active_runs(database_url: str) -> int:
    return int(_count(database_url, "SELECT count(*) FROM runs WHERE status IN ('pending', 'running')"))


def open_transactions(database_url: str) -> int:
    """Sessions in a transaction in which nothing happens."""
    state = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in trans%'"
    return int(_count(database_url, state))


def processes(mark: str) -> list[psutil.Process]:
    """Those that live, of the stack that has this mark."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            pass  # gone meanwhile, or somebody else's
    return found


def figures(http: httpx.Client) -> dict[str, float]:
    """What GET /metrics says, of that which has no labels."""
    answer = http.get("/metrics")
    assert answer.status_code == 200, answer.text
    return {name: float(value) for name, value in re.findall(r"^(\w+) (\S+)$", answer.text, re.MULTILINE)}


def _count(database_url: str, statement: str) -> int:
    return int(asyncio.run(_ask(database_url, statement))[0][0])


async def _ask(database_url: str, statement: str) -> list[asyncpg.Record]:
    connection = await asyncpg.connect(database_url.replace("+asyncpg", ""))
    try:
        if statement is _NOTE_ENDINGS:
            await connection.execute(statement)
            return []
        return list(await connection.fetch(statement))
    finally:
        await connection.close()
