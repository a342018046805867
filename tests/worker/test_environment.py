"""What is recorded about a run's start: seen by whoever looks, at the latest with its ending."""


def test_recording_it_raises_the_version(stack):
    run_id = stack.start("numbered", lines=1_000, pause_s=1.0)
    seen: dict[int, bool] = {}
    while True:
        run = stack.run(run_id)
        has_it = run["environment"] is not None
        assert seen.setdefault(run["version"], has_it) == has_it
        if has_it:
            break
    stack.cancel(run_id)
    assert stack.until(run_id)["status"] == "cancelled"


def test_an_ended_run_has_it(stack):
    runs = [stack.until(stack.start("numbered", lines=1)) for _ in range(5)]
    assert [run["environment"]["host"] is not None for run in runs] == [True] * 5
