"""Runs as a state machine (Hypothesis): whatever is asked of the API in whatever order, a run moves legally and ends
once."""

from collections import Counter

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from stack import eventually

LEGAL = {
    "pending": {"pending", "running", "completed", "failed", "cancelled"},
    "running": {"running", "completed", "failed", "cancelled"},
}
TRIED_AGAIN = {"never_right", "right_much_later"}
OVER = {"completed", "failed", "cancelled"}
ENDINGS = {
    "numbered": {("completed", "ok")},
    "fails": {("failed", "error")},
    "reports": {("failed", "reported")},
    "leaves": {("failed", "exit")},
    "slow": {("failed", "timeout")},
    "never_right": {("failed", "error")},
    "right_much_later": set(),  # it must be cancelled while it waits for its next attempt
}
CANCELLED = {("cancelled", "user"), ("cancelled", "user_forced")}


class Runs(RuleBasedStateMachine):
    """What is known of each run is its last answer; every later one must be reachable from it."""

    stack = None
    instances, runs = Bundle("instances"), Bundle("runs")

    def __init__(self):
        super().__init__()
        self.last = {}
        self.deleted = set()

    def call(self, method, path, *expected, **body):
        answer = self.stack.http.request(method, f"/api{path}", **({"json": body} if body else {}))
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None

    @rule(target=instances, experiment=st.sampled_from(sorted(ENDINGS)))
    def make_instance(self, experiment):
        return self.call(
            "POST", "/instances", 201, name=experiment, experiment=experiment, config={"lines": 5, "pause_s": 0.01}
        )["id"]

    @rule(target=runs, instance=instances)
    def start(self, instance):
        run = self.call("POST", f"/instances/{instance}/runs", 201)
        assert (run["status"], run["reason"], run["attempt"]) == ("pending", None, 0)
        self.last[run["id"]] = run
        return run["id"]

    @rule(run=runs, force=st.booleans())
    def cancel(self, run, force):
        if run in self.deleted:
            self.call("POST", f"/runs/{run}/cancel", 404, force=force)
            return
        self.see(self.call("POST", f"/runs/{run}/cancel", 200, force=force))

    @rule(run=consumes(runs))
    def wait_and_delete(self, run):
        if run in self.deleted:
            return
        self.see_the_end(run)
        self.check_ending(run)
        self.call("DELETE", f"/runs/{run}", 204)
        self.deleted.add(run)
        self.call("GET", f"/runs/{run}", 404)
        self.call("DELETE", f"/runs/{run}", 404)

    @rule(run=runs)
    def delete_without_waiting(self, run):
        if run in self.deleted:
            return
        answer = self.stack.http.delete(f"/api/runs/{run}")
        if answer.status_code == 204:
            self.deleted.add(run)
        else:
            assert answer.status_code == 409, answer.text  # it was active

    @rule(instance=consumes(instances))
    def delete_instance(self, instance):
        self.call("DELETE", f"/instances/{instance}", 204)
        self.call("GET", f"/instances/{instance}", 404)
        self.deleted |= {run for run, last in self.last.items() if last["instance_id"] == instance}

    @invariant()
    def every_move_is_legal(self):
        for run in self.last:
            if run in self.deleted:
                self.call("GET", f"/runs/{run}", 404)
            else:
                self.see(self.call("GET", f"/runs/{run}", 200))

    def see_the_end(self, run):
        """Until it is over; a run that would wait for its next attempt for minutes is cancelled there."""
        if self.last[run]["experiment"] == "right_much_later":
            waiting = eventually(
                lambda: (now := self.stack.run(run))["status"] in OVER or (now["not_before"] and now), what=f"run {run}"
            )
            if waiting is not True:
                assert (waiting["status"], waiting["attempt"]) == ("pending", 1)
                self.see(waiting)
                self.cancel(run, False)
        self.see(self.stack.until(run))

    def see(self, now):
        before = self.last[now["id"]]
        if before["status"] in OVER:
            assert now == before
        else:
            may_wait = {"pending"} if now["experiment"] in TRIED_AGAIN else set()
            assert now["status"] in LEGAL[before["status"]] | may_wait
            assert now["version"] >= before["version"]
            assert before["attempt"] <= now["attempt"] <= 1 + now["retries"]
            assert (now["not_before"] is None) or (now["status"] == "pending" and now["attempt"] >= 1)
            assert now["status"] != "pending" or now["attempt"] == 0 or now["not_before"] is not None
            assert (now["status"] in OVER) == (now["reason"] is not None) == (now["completed_at"] is not None)
            assert now["cancel_requested_at"] == (before["cancel_requested_at"] or now["cancel_requested_at"])
        self.last[now["id"]] = now

    def check_ending(self, run):
        last = self.last[run]
        expected = CANCELLED if last["cancel_requested_at"] is not None else ENDINGS[last["experiment"]]
        assert (last["status"], last["reason"]) in expected, last
        self.stack.check_ledger(run)

    def teardown(self):
        left = set(self.last) - self.deleted
        for run in left:
            self.see_the_end(run)
            self.check_ending(run)
        for instance in {run["instance_id"] for run in self.last.values()}:
            shown = self.call("GET", f"/instances/{instance}", 200, 404)
            if "run_counts" in shown:
                statuses = Counter(
                    self.last[run]["status"] for run in left if self.last[run]["instance_id"] == instance
                )
                counts = {status: count for status, count in shown["run_counts"].items() if count}
                assert counts == ({**statuses, "total": statuses.total()} if statuses else {})


def test_legal_moves_only(stack):
    class OnStack(Runs):
        pass

    OnStack.stack = stack
    run_state_machine_as_test(
        OnStack,
        settings=settings(
            max_examples=12, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
