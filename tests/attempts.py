"""Runs of several attempts, as the API tells of them."""


def worker_of(stack, workers, run_id):
    """The process that has the run."""
    worker_id = stack.run(run_id)["worker_id"]
    (pid,) = [item["pid"] for item in stack.http.get("/api/workers").json()["items"] if item["id"] == worker_id]
    (process,) = [worker for worker in workers if worker.pid == pid]
    return process


def numbers_by_attempt(lines):
    by_attempt = {}
    for line in lines:
        by_attempt.setdefault(line["attempt"], []).append(int(line["message"].removeprefix("line ")))
    return by_attempt


def check_streams(stack, run_id, *followed):
    """Offsets without a gap over all attempts, who wrote what the same for everybody, counts exact."""
    stored = stack.lines(run_id)
    run = stack.run(run_id)
    assert [line["offset"] for line in stored] == list(range(len(stored)))
    assert sum(run["counts"]["logs"].values()) == len(stored)
    assert [line["attempt"] for line in stored] == sorted(line["attempt"] for line in stored)
    for seen in followed:
        assert seen == stored
    for attempt in run["attempts"]:
        first = next((line["offset"] for line in stored if line["attempt"] >= attempt["number"]), len(stored))
        assert attempt["logs"] == first
    return stored
