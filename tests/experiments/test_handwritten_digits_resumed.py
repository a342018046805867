"""The digits example over the death of its worker."""

from pathlib import Path

from stack import eventually, running_stack

FOLDER = Path(__file__).parents[2] / "experiments"


def test_no_fold_that_is_done_is_done_again(backend, tmp_path):
    with running_stack(backend, tmp_path, workers=0, ATHANOR_EXPERIMENTS=str(FOLDER)) as stack:
        worker = stack.start_worker()
        model = {"kind": "logistic_regression", "epochs": 8}
        run_id = stack.start("handwritten_digits", folds=4, model=model)
        eventually(lambda: stack.run(run_id)["counts"]["results"] >= 2, what="two folds")
        worker.kill()
        worker.wait()
        stack.start_worker()
        run = stack.until(run_id)
        assert (run["status"], run["attempt"]) == ("completed", 2)
        results = stack.http.get(f"/api/runs/{run_id}/results").json()["items"]
        folds = [result["preview"]["fold"] for result in results if result["key"] == "fold"]
        assert folds == [1, 2, 3, 4]
        (summary,) = [result["preview"] for result in results if result["key"] == "summary"]
        assert summary["accuracy"] > 0.9
        assert len({line["attempt"] for line in stack.lines(run_id) if "data loaded" in line["message"]}) == 2
