"""A worker that dies with a run that may be tried again: one new attempt, which goes on where the last one stopped."""

import pytest

from attempts import check_streams, numbers_by_attempt, worker_of
from followers import Followers
from stack import eventually, running_stack


@pytest.fixture
def two_workers(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_LEASE="6s") as stack:
        yield stack, [stack.start_worker(ATHANOR_SLOTS="1"), stack.start_worker(ATHANOR_SLOTS="1")]


def test_killed_while_running_it_goes_on_where_it_stopped(two_workers):
    stack, workers = two_workers
    run_id = stack.start("resumed", lines=600, pause_s=0.01)
    followers = Followers(stack.stream_url, run_id, 3)
    stack.until_lines(run_id, 20)
    worker = worker_of(stack, workers, run_id)
    worker.kill()
    worker.wait()
    run = stack.until(run_id)
    assert (run["status"], run["reason"], run["attempt"], run["error"]) == ("completed", "ok", 2, None)
    assert [(one["number"], one["reason"]) for one in run["attempts"]] == [(1, "lost"), (2, "ok")]
    lost, done = run["attempts"]
    assert "worker that ran this died" in lost["error"]
    assert lost["worker_id"] != done["worker_id"] == run["worker_id"]
    assert lost["started_at"] < lost["ended_at"] < done["started_at"] < done["ended_at"]
    before, after = numbers_by_attempt(check_streams(stack, run_id, *followers.wait())).values()
    assert before == list(range(len(before)))
    # A line may have been stored and its checkpoint not; never the other way round.
    assert after[0] in (len(before) - 1, len(before))
    assert after == list(range(after[0], 600))
    assert stack.said().count(f"run_id={run_id}: its attempt is lost, the run is pending") == 1


def test_every_attempt_is_lost(two_workers):
    stack, workers = two_workers
    run_id = stack.start("repeated", lines=100_000, pause_s=0.01)
    for attempt in (1, 2, 3):
        run = stack.until(run_id, "running")
        stack.until_lines(run_id, run["attempts"][-1]["logs"] + 5)
        assert stack.run(run_id)["attempt"] == attempt
        worker = worker_of(stack, workers, run_id)
        worker.kill()
        worker.wait()
        workers.append(stack.start_worker(ATHANOR_SLOTS="1"))  # which ends what the dead one left
        stack.until(run_id, *(("failed",) if attempt == 3 else ("pending", "running")))
    run = stack.run(run_id)
    assert (run["status"], run["reason"], run["attempt"]) == ("failed", "lost", 3)
    assert [one["reason"] for one in run["attempts"]] == ["lost"] * 3
    for numbers in numbers_by_attempt(check_streams(stack, run_id)).values():
        assert numbers == list(range(len(numbers)))


def test_killed_right_after_a_checkpoint_it_finds_that_one_or_the_one_before_whole(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0) as stack:
        worker = stack.start_worker()
        run_id = stack.start("kills_its_worker", folder=str(tmp_path))
        for attempt in (1, 2):
            eventually(lambda attempt=attempt: [line["attempt"] for line in stack.lines(run_id)].count(attempt) == 5)
            (tmp_path / f"{attempt}").touch()
            worker.wait(60)
            worker = stack.start_worker()
        run = stack.until(run_id)
        assert (run["status"], run["attempt"]) == ("completed", 3)
        numbers = numbers_by_attempt(check_streams(stack, run_id))
        listed = stack.http.get(f"/api/runs/{run_id}/results").json()["items"]
        restored = [item["preview"] for item in listed]
        assert [found["attempt"] for found in restored] == [2, 3]
        for attempt, found in enumerate(restored, start=2):
            stored = [number for earlier in range(1, attempt) for number in numbers.get(earlier, [])]
            assert found["whole"]
            assert found["place"] in stored  # the line before a checkpoint is there whenever the checkpoint is
            assert numbers[attempt][0] == found["place"] + 1
