"""What the server and the worker say to their operator: one line an event, on standard error, without a time of its
own (`athanor up`, systemd and Docker each add theirs)."""

import logging
import sys


def start_log() -> None:
    """Athanor's own lines from INFO on, everybody else's from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)-8s %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("athanor").setLevel(logging.INFO)
