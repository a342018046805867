"""Finish, cancel, cancel by force and the reaper at the same moment on the same run: one ending, and it stays.

`make soak` runs ten thousand of these.
"""

from leftovers import ended_again
from soak.races import race


def test_three_hundred_races(backend):
    ended = race(backend, 300, seed=13)
    assert ended.total() == 300
    assert (
        {"completed/ok", "failed/lost"}
        <= set(ended)
        <= {
            "completed/ok",
            "failed/lost",
            "cancelled/user",
            "cancelled/user_forced",
        }
    ), ended
    assert ended_again(backend.database_url) == []
