"""The child: `python -P -m athanor.child DESCRIPTOR` runs one experiment on its main thread, and exits.

DESCRIPTOR is its end of the socket to the worker; the first message on it says what to run. PDEATHSIG is set
already: the guard process sets it between fork and exec, where it costs no import.
"""

import gc
import sys

from athanor.child.body import run_assignment
from athanor.child.orders import Orders
from athanor.sdk.capture import capture_everything
from athanor.sdk.channel import Channel
from athanor.sdk.state import RunState

WORKER_GONE = 71


def main() -> int:
    channel = Channel(int(sys.argv[1]))
    del sys.argv[1:]
    state = RunState()
    orders = Orders(channel, state)
    assignment = orders.assignment()
    if assignment is None:
        return WORKER_GONE
    capture_everything(channel)
    orders.listen()
    gc.freeze()  # what is there by now stays to the end: no collection, the one at exit least of all, need walk it
    return run_assignment(assignment, channel, state)


if __name__ == "__main__":
    sys.exit(main())
